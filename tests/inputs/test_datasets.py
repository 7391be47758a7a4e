import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_explain import InputError
from keras_explain.inputs.datasets import first_images, gathered

X = np.arange(4 * 5 * 6 * 3, dtype="float32").reshape(4, 5, 6, 3)


class Sequence(keras.utils.PyDataset):
    """Two batches of whatever it is given."""

    def __init__(self, *parts, kind=tuple):
        super().__init__()
        self.parts, self.kind = parts, kind

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return self.kind(keras.tree.map_structure(lambda x: None if x is None else x[2 * i : 2 * i + 2], self.parts))


def slices(*parts):
    return tf.data.Dataset.from_tensor_slices(parts)


@pytest.mark.parametrize("kind", [list, tuple])
def test_batches_may_be_lists_as_for_fit(kind):
    images, labels = gathered(Sequence(X, np.arange(4), kind=kind))
    np.testing.assert_array_equal(images, X)
    assert labels.tolist() == [0, 1, 2, 3]


def test_batches_without_labels():
    for dataset in (slices(X).batch(2), Sequence(X), Sequence(X, None)):
        images, labels = gathered(dataset, 3)
        np.testing.assert_array_equal(images, X[:3])
        assert labels is None


def test_labels_of_several_outputs():
    images, labels = gathered(slices(X, {"kind": np.arange(4), "mask": X[..., :1]}).batch(3), 2)
    assert images.shape == (2, 5, 6, 3)
    assert labels["kind"].tolist() == [0, 1] and labels["mask"].shape == (2, 5, 6, 1)


@pytest.mark.parametrize("labels", [np.arange(4), np.eye(4), {"kind": np.arange(4)}])
def test_a_dataset_that_is_not_batched_is_refused(labels):
    with pytest.raises(InputError, match=r"received elements of shapes \(5, 6, 3\), .*batch it: .batch\(32\)"):
        gathered(slices(X, labels))


def batches(*each):
    specs = keras.tree.map_structure(lambda x: tf.TensorSpec((None,) * np.ndim(x), x.dtype), each[0])
    return tf.data.Dataset.from_generator(lambda: iter(each), output_signature=specs)


def test_images_of_several_sizes_are_refused():
    with pytest.raises(InputError, match=r"of one size, received batches of shapes .*4, 6, 3.*5, 6, 3.*resize"):
        gathered(batches(X, X[:, :4]))
    assert gathered(batches(X, X[:, :4]), 4)[0].shape == (4, 5, 6, 3)


def test_labels_of_several_sizes_are_left_out():
    images, labels = gathered(batches((X, np.zeros((4, 2, 4))), (X, np.zeros((4, 3, 4)))))
    assert len(images) == 8 and labels is None
    ragged = tf.ragged.constant([[1, 2], [3], [4], []])
    images, labels = gathered(slices(X, ragged).batch(2))
    assert len(images) == 4 and labels.dtype == object


def test_masked_images_of_a_dataset_are_refused():
    with pytest.raises(InputError, match="masked"):
        gathered(Sequence(np.ma.masked_less(X, 7), np.arange(4)))


@pytest.mark.parametrize("images", [None, 3, "photo.png", iter([X]), (batch for batch in [X])])
def test_what_holds_no_images_is_refused(images):
    with pytest.raises(InputError, match="expected images"):
        first_images(images, 2)
