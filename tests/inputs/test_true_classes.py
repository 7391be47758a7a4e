import numpy as np
import pytest

from keras_explain import InputError
from keras_explain.inputs.true_classes import true_classes


@pytest.mark.parametrize(
    ("labels", "classes", "found"),
    [
        ([2, 0], 3, [2, 0]),
        (np.array([[2], [0]]), 3, [2, 0]),
        (np.eye(3)[[2, 0]], 3, [2, 0]),
        ([None, 1], 3, [-1, 1]),
        ([None, None], 3, [-1, -1]),
        ([1, 0], 1, [1, 0]),
        ([7, 0], None, [7, 0]),
    ],
)
def test_one_class_an_image(labels, classes, found):
    classes = true_classes(labels, 2, classes)
    assert classes.dtype == np.int32 and classes.tolist() == found


def test_without_labels_nothing_is_known():
    assert true_classes(None, 2, 3) is None


@pytest.mark.parametrize("labels", [[0], [0, 3], [0, -1], [0.5, 1], [[0.5, 0.5, 0]] * 2, "ab", [None], [None, 5]])
def test_what_is_not_one_class_an_image_is_refused(labels):
    with pytest.raises(InputError, match="label"):
        true_classes(labels, 2, 3)
