import keras
import numpy as np
import pytest
import tensorflow as tf
from tf_keras_vis.utils.scores import BinaryScore, CategoricalScore

from keras_explain.errors import InputError, TargetError
from keras_explain.inputs.images import check_images
from keras_explain.inputs.signature import images_signature, model_signature
from keras_explain.inputs.targets import check_targets
from tests.networks import SHAPE, build


@pytest.fixture(scope="module")
def signature():
    return model_signature(build("functional"))


@pytest.mark.parametrize(
    "convert",
    [np.asarray, tf.constant, list, lambda x: x.tolist(), lambda x: x.astype("float64"), lambda x: x.astype("uint8")],
)
def test_images_of_any_kind_become_float32(signature, convert):
    images = np.arange(2 * np.prod(SHAPE)).reshape(2, *SHAPE) % 200 * np.float32(1)
    checked = check_images(convert(images), signature)
    assert checked.dtype == np.float32
    np.testing.assert_array_equal(checked, images)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((3, 12, 16, 4)), r"expected images of shape \(N, 12, 16, 3\), received \(3, 12, 16, 4\)"),
        (np.zeros((3, 16, 12, 3)), r"received \(3, 16, 12, 3\)"),
        (np.zeros(SHAPE), r"images\[None\]"),
        (np.zeros((96, 16, 3)), r"an axis is missing: a dataset needs batches, \.batch"),
        (np.float32(1), r"received \(\)"),
        (np.zeros((0, *SHAPE)), "empty"),
        (np.full((2, *SHAPE), np.nan), "received nan in image 0"),
        (np.stack([np.zeros(SHAPE), np.full(SHAPE, np.inf)]), "received inf in image 1"),
        (np.full((2, *SHAPE), "a"), "received dtype <U1"),
        ([np.zeros((12, 16, 3)), np.zeros((12, 15, 3))], "one common shape"),
    ],
)
def test_images_that_do_not_fit_are_refused(signature, images, message):
    with pytest.raises(InputError, match=message):
        check_images(images, signature)


def test_images_of_several_shapes_are_refused_by_a_model_that_was_never_called_too():
    with pytest.raises(InputError, match="one common shape"):
        images_signature([np.zeros((12, 16, 3)), np.zeros((12, 15, 3))])


def test_images_without_an_axis_of_channels_are_told_so():
    gray = model_signature(keras.Sequential([keras.Input((8, 9, 1)), keras.layers.Flatten()]))
    with pytest.raises(InputError, match=r"images\[\.\.\., None\]"):
        check_images(np.zeros((4, 8, 9)), gray)


def test_no_inputs_are_refused_by_a_model_that_was_never_called():
    with pytest.raises(InputError, match="empty"):
        images_signature({})


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        (None, [-1, -1, -1]),
        (2, [2, 2, 2]),
        (np.int64(1), [1, 1, 1]),
        ([0, 2, 1], [0, 2, 1]),
        (tf.constant([0, 2, 1]), [0, 2, 1]),
        (np.array([0.0, 2, 1]), [0, 2, 1]),
        (CategoricalScore(2), [2, 2, 2]),
        (CategoricalScore([0, 2, 1]), [0, 2, 1]),
        (BinaryScore([True, False, True]), [1, 0, 1]),
    ],
)
def test_targets(target, wanted):
    targets = check_targets(target, 3, 4)
    assert targets.dtype == np.int32 and targets.tolist() == wanted


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (4, "from 0 to 3, received 4"),
        (-1, "from 0 to 3, received -1"),
        ([0, 1, 9], "from 0 to 3"),
        ([0, 1], r"each of the 3 images, received an array of shape \(2,\)"),
        ([0, 1, 2, 3], "each of the 3 images"),
        ([], "class indices"),
        (1.5, "class indices"),
        ([0, 1, np.nan], "class indices"),
        (np.ma.array([0, 1, 2], mask=[0, 1, 0]), "masked"),
        ("cat", "class indices"),
        (True, "class indices"),
        (np.eye(3, dtype=int), r"argmax"),
        (lambda outputs: outputs[:, 0], "is a score="),
    ],
)
def test_targets_that_do_not_fit_are_refused(target, message):
    with pytest.raises(TargetError, match=message):
        check_targets(target, 3, 4)
