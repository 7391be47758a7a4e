import numpy as np
import pytest

from keras_explain import InputError
from keras_explain.inputs.labels import captions, check_labels, explained_labels, labeled_classes

NAMES = ["cat", "cow", "dog", "elk", "fox"]


def said(labels, classes=5, names=NAMES):
    return captions(check_labels(labels, 2, classes), names)


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        ([2, 0], ["dog", "cat"]),
        (np.array([[2.0], [0]]), ["dog", "cat"]),
        (np.eye(5)[[2, 0]], ["dog", "cat"]),
        ([[0, 0, 0, 0, 0], [1, 0, 1, 0, 0]], ["none", "cat, dog"]),
        (np.array([[1, 1, 1, 1, 1], [1, 0, 0, 0, 0]], bool), ["cat, cow, dog, elk, ...", "cat"]),
        ([[0.3, 0, 0.7, 0, 0], [1, 0, 0, 0, 0]], ["dog 70%, cat 30%", "cat"]),
        ([[0.5, 12, -3, 0.1, 0], [0, 0, 0, 0, 1]], ["0.5, 12, -3, 0.1, ...", "0, 0, 0, 0, ..."]),
    ],
)
def test_labels_of_classes_in_words(labels, wanted):
    assert said(labels) == wanted


@pytest.mark.parametrize(
    ("labels", "classes", "wanted"),
    [
        ([0.5, -3.0], 1, ["0.5", "-3"]),
        ([[0.0], [1.0]], 1, ["0", "1"]),
        ([[0.5, 2], [1, 0]], 1, ["0.5, 2", "1, 0"]),
        ([0, 1], 2, ["cat", "cow"]),
        ([[0.3], [1]], 2, ["0.3", "1"]),
        ([0.5, 12], None, ["0.5", "12"]),
        ([3, 1], None, ["elk", "cow"]),
    ],
)
def test_labels_of_few_units_are_values_unless_they_are_classes(labels, classes, wanted):
    assert said(labels, classes) == wanted


@pytest.mark.parametrize(
    "labels", [np.zeros((2, 4, 4)), np.zeros((2, 4, 4, 1), int), [[[0, 0, 1, 1]] * 2, [[0, 0, 1, 1]]]]
)
def test_masks_and_boxes_are_not_shown(labels):
    assert check_labels(labels, 2, 5) is None
    assert check_labels(False, 2, 5) is check_labels(None, 2, 5) is captions(None, NAMES) is None


@pytest.mark.parametrize(
    "labels",
    [
        [0, 5],
        [0, -1],
        [0.5, 1],
        [0, np.nan],
        [0, 1, 2],
        3,
        ["cat", "dog"],
        np.zeros((2, 4)),
        np.ma.array([0, 1], mask=[0, 1]),
    ],
)
def test_labels_that_are_no_classes_are_refused_in_a_line(labels):
    with pytest.raises(InputError, match="labels=False") as refused:
        check_labels(labels, 2, 5)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 260


def test_the_classes_that_occur():
    assert labeled_classes(check_labels([[0, 1, 0, 1, 0], [0, 0, 0, 0, 0]], 2, 5)) == {1, 3}
    assert labeled_classes(check_labels([0.5, 2], 2, 1)) == labeled_classes(None) == set()


Y, Z = np.zeros(2, int), np.ones(2, int)


@pytest.mark.parametrize(
    ("labels", "output", "wanted"),
    [
        (Y, None, Y),
        (Y, "kind", Y),
        ({"age": Z, "kind": Y}, "kind", Y),
        ({"age": Z, "kind": Y}, 0, Y),
        ({"age": Z, "kind": Y}, -1, Z),
        ({"age": Z, "kind": Y}, None, None),
        ({"kind": Y}, None, Y),
        ({"age": Z}, "kind", None),
        ((Y, Z), "age", Z),
        ((Y, Z), 0, Y),
        ((Y, Z), -1, Z),
        ((Y, Z), "size", None),
        ((Y, Z), 5, None),
        ((Y, Z), None, None),
        ([Y, Z], 1, Z),
    ],
)
def test_labels_of_the_explained_output(labels, output, wanted):
    assert explained_labels(labels, output, ["kind", "age"]) is wanted


def test_a_list_or_tuple_of_numbers_is_labels():
    for labels in ([0, 1], (0, 1), [[0, 1], [1, 0]], [Y, Z]):
        assert explained_labels(labels, None, ["kind"]) is labels


def test_an_output_of_a_model_that_does_not_know_its_own():
    assert explained_labels({"age": Z, "kind": Y}, "kind", ()) is Y
    assert explained_labels({"age": Z, "kind": Y}, 0, ()) is None
    assert explained_labels((Y, Z), 1, ()) is Z
