import unicodedata
from pathlib import Path

import pytest

from keras_explain.cli.result_paths import result_paths

STRANGE = [
    *("..png", "...png", "....png", ".png", "  .png", "a.png", "A.png", "a.jpg", "a .png", "a..png", "-x.png"),
    *("a" * 240 + ".png", "a" * 239 + "b.png", "\u732b" * 70 + ".png", "\u00e9.png", "e\u0301.png"),
    *("new\nline.png", "\x1b[31mred.png", "tab\t.png", "caf\udce9.png", "caf\udcea.png", "\u202egpj.png"),
    *("x:y?.png", "x_y_.png", "<b>.png", "back\\slash.png", "$x$.png"),
]


@pytest.mark.parametrize("folder", ["photos", "/data/photos", "", "..", "../.."])
def test_every_name_becomes_a_folder_of_its_own_below_the_results(folder):
    photos = [Path(folder, name) for name in STRANGE] + [Path(folder, "deep", name) for name in STRANGE]
    paths = result_paths(photos)
    keys = {unicodedata.normalize("NFC", str(path)).casefold() for path in paths}
    assert len(keys) == len(photos) and not any(str(Path(key).parent) in keys for key in keys)
    for path in paths:
        assert not path.is_absolute() and path.parts and ".." not in path.parts
        for part in path.parts:
            assert part.isprintable() and 0 < len(part.encode()) < 160 and not part.startswith(".")


def names(*photos, classes=None):
    return [path.as_posix() for path in result_paths(list(map(Path, photos)), classes)]


def test_a_name_depends_on_no_other_one_but_of_its_kind():
    long = "photos/" + "a" * 240 + ".png"
    alone = names("photos/cat.png", long)
    assert names("more/dog.png", long, "photos/cat.png") == ["dog", alone[1], alone[0]]
    assert alone[0] == "cat" and names() == []


@pytest.mark.parametrize(
    ("photos", "wanted"),
    [
        (["a/cat.png", "b/cat.png"], ["a/cat", "b/cat"]),
        (["a/cat.png", "b/cat.jpg", "a/dog.png"], ["a/cat", "b/cat", "dog"]),
        (["a/cat.png", "a/cat.jpg"], ["cat_png", "cat_jpg"]),
        (["a/cat.png", "a/cat.jpg", "b/cat_png.gif"], ["a/cat_png", "cat_jpg", "b/cat_png"]),
        (["x/a/cat.png", "y/a/cat.png"], ["x/a/cat", "y/a/cat"]),
        (["a_b/c.png", "z/c.png", "a/b_c.png", "z/b_c.png"], ["a_b/c", "z/c", "a/b_c", "z/b_c"]),
        (["p/a.png", "q/a/cat.png", "q/b/cat.png"], ["p/a", "a/cat", "b/cat"]),
    ],
)
def test_photographs_of_one_name_lie_in_folders_like_their_own(photos, wanted):
    assert names(*photos) == wanted


def test_no_result_lies_within_another():
    one, *others = names("a.png", "a/cat.png", "b/cat.png")
    assert others == ["a/cat", "b/cat"] and one.startswith("a_") and "/" not in one


def test_results_lie_in_the_folder_of_their_class():
    photos = [Path(path) for path in ("t/cat/1.png", "t/dog/1.png", "v/cat/1.png", "v/cat/2.png")]
    found = names(*photos, classes={photo: photo.parent.name for photo in photos})
    assert found == ["t/cat/1", "dog/1", "v/cat/1", "cat/2"]


def test_equal_names_in_equal_folders_are_told_apart():
    found = names("../a/cat.png", "a/cat.png")
    assert len(set(found)) == 2 and all(name.startswith("a/cat_") for name in found)
