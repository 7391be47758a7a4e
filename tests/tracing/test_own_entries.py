import numpy as np
import pytest
import tensorflow as tf

from keras_explain.tracing.own_entries import own_entries

TABLE = np.array([[1, -np.inf, 3], [4, 5, np.nan]], "float32")


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_entries_and_their_gradients_are_not_touched_by_their_neighbors(dtype):
    table, columns = tf.constant(TABLE), tf.constant([2, 0], dtype)
    with tf.GradientTape() as tape:
        tape.watch(table)
        found = own_entries(table, columns)
    np.testing.assert_array_equal(found, [3, 4])
    np.testing.assert_array_equal(tape.gradient(found, table), [[0, 0, 1], [1, 0, 0]])


def test_a_column_is_given_for_each_row():
    with pytest.raises(tf.errors.InvalidArgumentError):
        own_entries(tf.constant(TABLE), tf.constant([0]))
