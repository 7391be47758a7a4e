import numpy as np
import pytest
import tensorflow as tf

from keras_explain import InputError
from keras_explain.inputs.stream import InOrder, Part, batch_parts, is_read_once

X = np.arange(5 * 4 * 6 * 3, dtype="float32").reshape(5, 4, 6, 3)


def test_a_part_gives_some_of_its_rows_without_a_copy():
    part = Part({"a": X, "b": X[:, :1]}, np.arange(5), list("vwxyz"), (("u", "broken"),))
    some = part[1:3]
    assert len(part) == 5 and len(some) == 2 and some.keys == ["w", "x"] and some.labels.tolist() == [1, 2]
    assert np.shares_memory(some.images["b"], X) and some.broken == part.broken
    assert part[np.array([4, 0])].keys == ["z", "v"] and len(Part(None)) == 0


def test_datasets_and_generators_become_parts():
    dataset = tf.data.Dataset.from_tensor_slices((X, np.arange(5))).batch(2)
    for data in (dataset, iter(dataset), ((X[i : i + 2], np.arange(5)[i : i + 2], np.ones(2)) for i in (0, 2, 4))):
        assert is_read_once(data)
        parts = list(batch_parts(data))
        np.testing.assert_array_equal(np.concatenate([part.images for part in parts]), X)
        assert np.concatenate([part.labels for part in parts]).tolist() == list(range(5))
    assert [part.labels for part in batch_parts(iter([X]))] == [None]
    with pytest.raises(InputError, match="batch it"):
        list(batch_parts(iter([3])))


def test_values_in_order_are_as_many_as_images():
    values = InOrder(np.arange(5), "labels=")
    assert values.take(3).tolist() == [0, 1, 2]
    with pytest.raises(InputError, match="labels= for each image, received 5 for 3 images"):
        values.end()
    assert values.take(2).tolist() == [3, 4]
    values.end()
    with pytest.raises(InputError, match="received 5 for 6 images or more"):
        values.take(1)
