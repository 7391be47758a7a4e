"""Channels first or last, how many axes, tokens: found once for a model, turned once, where a pass begins and ends."""

import keras
import tensorflow as tf

from keras_explain.errors import ModelError
from keras_explain.tracing.layer_tree import walk


def channels_first(model):
    """Tells whether a model takes its images as `(N, C, *spatial)`, by the layers that convolve or pool.

    Raises:
        ModelError: If some of them take channels first and others last.
    """
    found = {
        operation.data_format: path
        for path, operation in walk(model)
        if getattr(operation, "data_format", None) and not isinstance(operation, keras.layers.Flatten)
    }
    if len(found) > 1:
        names = " and ".join(f"'{path}' with {layout}" for layout, path in sorted(found.items()))
        raise ModelError(f"expected layers of one data_format, received {names}; give all of them the same.")
    return "channels_first" in found


def image_rank(model):
    """Returns the number of axes of one image, by the layers that convolve or pool; None if there are none."""
    windows = ("kernel_size", "pool_size")
    found = (getattr(operation, name, None) for _, operation in walk(model) for name in windows)
    return max((len(window) + 1 for window in found if isinstance(window, tuple)), default=None)


def laid_out(tokens, lattice):
    """Returns `(N windows, tokens, D)` as `(N, *spatial, D)`: tokens at the places of the image that they come from."""
    of_image = tf.reshape(tokens, [-1, len(lattice.index) + lattice.others, tokens.shape[-1]])
    return tf.reshape(tf.gather(of_image, lattice.index, axis=1), [-1, *lattice.shape, tokens.shape[-1]])


def turned_last(tensor):
    """Returns `(N, C, *spatial)` as `(N, *spatial, C)`."""
    return tf.transpose(tensor, [0, *range(2, tensor.shape.rank), 1])


def turned_first(tensor):
    """Returns `(N, *spatial, C)` as `(N, C, *spatial)`."""
    return tf.transpose(tensor, [0, tensor.shape.rank - 1, *range(1, tensor.shape.rank - 1)])
