import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain.engine.compiled import Compiled
from keras_explain.engine.copies import Copies
from keras_explain.engine.request import Request


def brighter(images, rows, numbers, steps):
    """Adds to each image so many of its own steps as its copy's number says."""
    added = tf.gather(steps, rows) * tf.cast(numbers, tf.float32)
    return tf.gather(images, rows) + added[:, tf.newaxis, tf.newaxis]


class Counting(layers.Layer):
    """Adds up how many images it has seen, which it writes into a variable, and how many at a time."""

    def __init__(self):
        super().__init__()
        self.seen, self.sizes = tf.Variable(0.0, trainable=False), []

    def call(self, x):
        self.seen.assign_add(1.0)
        tf.py_function(lambda x: self.sizes.append(len(x)), [x], [])
        return x

    def compute_output_shape(self, shape):
        return shape


def weighted(weights):
    """Returns the scores of `f_c = meta * sum_i w_ci I_i`, of two inputs, and the layer that counts the images."""
    counting = Counting()
    inputs = [keras.Input((4, 1), name="image"), keras.Input((1,), name="meta")]
    dense = layers.Dense(3, use_bias=False)
    model = keras.Model(inputs, dense(layers.Flatten()(counting(inputs[0]))) * inputs[1])
    dense.set_weights([weights])
    return Compiled(Request(model, lambda outputs, target: tf.gather(outputs, target, axis=1, batch_dims=1))), counting


@pytest.mark.parametrize("batch_size", [1, 3, 32])
def test_scores_of_the_copies_that_are_wanted(batch_size, rng):
    weights = rng.normal(size=(4, 3)).astype("float32")
    images, meta = rng.normal(size=(5, 4, 1)).astype("float32"), rng.normal(size=(5, 1)).astype("float32")
    steps, targets = rng.normal(size=5).astype("float32"), np.array([0, 2, 1, 1, 0], np.int32)
    compiled, counting = weighted(weights)
    copies = Copies(compiled, brighter, [tf.TensorSpec((None,))])
    wanted = rng.random((5, 7)) < 0.6
    wanted[2], wanted[3] = False, True
    changed = images[:, np.newaxis] + (steps[:, np.newaxis] * np.arange(7))[..., np.newaxis, np.newaxis]
    right = meta * np.einsum("nkxc,xn->nk", changed, weights[:, targets])
    scores = copies(compiled.batch([images, meta]), targets, wanted, [steps], batch_size=batch_size)
    np.testing.assert_allclose(scores, np.where(wanted, right, 0), atol=1e-4)
    assert max(counting.sizes) <= batch_size and sum(counting.sizes) == wanted.sum()
    assert len(counting.sizes) == -(-wanted.sum() // batch_size)
    assert counting.seen.numpy() == 0  # what the model wrote is as it was


def test_none_wanted_runs_nothing(rng):
    compiled, counting = weighted(rng.normal(size=(4, 3)))
    copies = Copies(compiled, lambda images, rows, numbers: tf.gather(images, rows))
    batch = compiled.batch([np.ones((2, 4, 1)), np.ones((2, 1))])
    scores = copies(batch, np.zeros(2, np.int32), np.zeros((2, 3), bool), batch_size=4)
    assert scores.tolist() == [[0] * 3] * 2 and not counting.sizes
