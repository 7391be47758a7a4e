"""Folders with a class each: which photographs they hold, which class each is, and when that isn't known."""

from pathlib import Path

import pytest

from keras_explain import OptionError
from keras_explain.photographs.class_folders import folder_classes
from keras_explain.photographs.found import find_photos

ANIMALS = ["ant", "bee", "tabby, tabby cat", "Crane", "crane"]


def tree(root, *names, empty=()):
    for name in names:
        Path(root, name).mkdir(parents=True)
        Path(root, name, "a.png").touch()
    for name in empty:
        Path(root, name).mkdir(parents=True)
    return find_photos([str(root)])


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def labels(truth):
    return {photo.parent.name: index for photo, (index, _) in truth.labels.items()}


def test_folders_within_a_folder_are_classes():
    found = tree("photos", "cat", "dog", empty=["ant", ".hidden"])
    assert found.photos == [Path("photos/cat/a.png"), Path("photos/dog/a.png")]
    assert list(found.classes.values()) == ["cat", "dog"] and found.roots == {Path("photos"): ["ant", "cat", "dog"]}
    assert found.notes == ["no photograph lies in ant of 'photos'."]


def test_of_a_folder_with_photographs_its_folders_are_not_taken():
    Path("photos").mkdir()
    Path("photos/b.png").touch()
    found = tree("photos", "cat", "dog")
    assert found.photos == [Path("photos/b.png")] and not found.classes and not found.roots
    assert found.notes == [
        "of 'photos' the photographs in it are taken, not those in its folders (cat, dog); for these give 'photos/*/'."
    ]


def test_a_folder_without_photographs_is_told_among_several_and_refused_alone():
    Path("empty/deep").mkdir(parents=True)
    tree("photos", "cat")
    assert find_photos(["empty", "photos"]).empty == [Path("empty")]
    with pytest.raises(OptionError, match="'empty' without any in it or in the folders in it"):
        find_photos(["empty"])


def test_folders_are_called_by_a_class_or_one_of_its_names():
    truth = folder_classes(tree("photos", "ANT", "Tabby_Cat", "tabby", "kat", "3"), ANIMALS, 5)
    assert labels(truth) == {"ANT": 0, "Tabby_Cat": 2, "tabby": 2} and truth.names is None
    assert truth.notes == [
        "the folders of photographs are taken as true classes: ANT = 0, Tabby_Cat = 2, tabby = 2.",
        "no class is called '3', 'kat': no true class for the photographs there.",
    ]


def test_a_name_of_several_classes_is_none_of_them():
    truth = folder_classes(tree("photos", "crane", "bee"), ANIMALS, 5)
    assert labels(truth) == {"bee": 1} and "several classes are called 'crane'" in truth.notes[1]


def test_folders_that_are_called_by_an_index():
    assert labels(folder_classes(tree("photos", "4", "0"), ANIMALS, 5)) == {"4": 4, "0": 0}
    assert labels(folder_classes(tree("more", "281", "7"), None, 1000)) == {"281": 281, "7": 7}
    assert labels(folder_classes(tree("all", "0", "1", "2"), None, 3)) == {"0": 0, "1": 1, "2": 2}


def test_as_many_folders_as_classes_are_numbered_as_keras_numbers_them():
    found = tree("photos", "dog", "Zebra", empty=["ant"])
    truth = folder_classes(found, None, 3)
    assert labels(truth) == {"Zebra": 0, "dog": 2} and truth.names == ["Zebra", "ant", "dog"]
    assert "in the order of their names: Zebra = 0, ant = 1, dog = 2; if that is wrong" in truth.notes[0]


def test_folders_whose_numbers_could_be_an_index_or_an_order_are_not_taken():
    for numbers in (["1", "2", "3"], ["0", "1", "10"], list(map(str, range(11)))):
        truth = folder_classes(tree(f"photos{len(numbers)}{numbers[0]}", *numbers), None, len(numbers))
        assert not truth.labels and "which is which" in truth.notes[0]


@pytest.mark.parametrize("classes", [4, 1, None])
def test_folders_that_are_no_classes_are_told(classes):
    truth = folder_classes(tree("photos", "2019", "2020"), None, classes)
    assert not truth.labels and len(truth.notes) == 1 and "are not taken as" in truth.notes[0]


def test_several_folders_of_classes_have_to_be_alike():
    tree("train", "cat", "dog")
    tree("val", "cat", "dog")
    both = find_photos(["train", "val"])
    assert sorted(folder_classes(both, None, 2).labels.values()) == [(0, "cat")] * 2 + [(1, "dog")] * 2
    tree("other", "cat", "fox")
    assert not folder_classes(find_photos(["train", "other"]), None, 2).labels


def test_photographs_that_lie_in_no_folder_of_a_class_have_no_true_one():
    tree("photos", "cat", "dog")
    assert folder_classes(find_photos(["photos/cat", "photos/*/a.png"]), ANIMALS, 5) == ({}, None, [])
