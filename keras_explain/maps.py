"""What is done to maps as numbers: resize, reduce channels, normalize. No colour."""

import numpy as np
import tensorflow as tf

from keras_explain.checks.options import check_choice


def resize(maps, size, antialias=False):
    """Resizes maps bilinearly (linearly along each axis), with half-pixel centers.

    Args:
        maps: Tensor `(N, *spatial, C)` with any number of spatial dimensions.
        size: The new length of each spatial dimension: ints or an int tensor.
        antialias: Whether what becomes smaller is averaged over all that falls into a place.

    Returns:
        Tensor `(N, *size, C)`.
    """
    axes = maps.shape.rank - 2
    if axes == 2:
        return tf.image.resize(maps, size, antialias=antialias)
    for axis in range(1, axes + 1):
        shape = tf.shape(maps)
        rows = tf.reshape(maps, (tf.reduce_prod(shape[:axis]), shape[axis], tf.reduce_prod(shape[axis + 1 :]), 1))
        rows = tf.image.resize(rows, (size[axis - 1], tf.shape(rows)[2]), antialias=antialias)
        maps = tf.reshape(rows, tf.concat([shape[:axis], size[axis - 1 : axis], shape[axis + 1 :]], 0))
    return maps


def spread_over(maps, size, part=None):
    """Resizes maps to a part of images, and fills the rest of these with zeros.

    Args:
        maps: Tensor `(N, *spatial, C)`.
        size: The images' length along each spatial dimension, an int tensor.
        part: `((start, stop), ...)` as shares of the images' axes; None for all of them.

    Returns:
        Tensor `(N, *size, C)`.
    """
    if is_whole(part):
        return resize(maps, size)
    edges = tf.cast(tf.round(tf.constant(part) * tf.cast(size, tf.float32)[:, tf.newaxis]), tf.int32)
    around = tf.stack([edges[:, 0], size - edges[:, 1]], axis=1)
    return tf.pad(resize(maps, edges[:, 1] - edges[:, 0]), tf.pad(around, [[1, 1], [0, 0]]))


def is_whole(part):
    """Tells whether a part, as `spread_over` takes it, is all of the images."""
    return part is None or all(share == (0, 1) for share in part)


def fitted(maps, size):
    """Returns maps `(N, *spatial, C)` as an array of that size: as they are, or resized."""
    return np.asarray(maps) if maps.shape[1:-1] == tuple(size) else resize(tf.convert_to_tensor(maps), size).numpy()


def reduce_channels(maps, how="max"):
    """Reduces `(..., C)` to `(..., 1)` by the largest magnitude, its sign kept (`"max"`), or by `"mean"` or `"sum"`.

    Raises:
        OptionError: If `how` is none of them.
    """
    maps, how = np.asarray(maps), check_choice(how, "how=", ("max", "mean", "sum"))
    if how == "max" and maps.shape[-1] == 1:  # of a callback's every image: nothing is to be chosen
        return maps
    if how == "max":
        return np.take_along_axis(maps, np.abs(maps).argmax(axis=-1, keepdims=True), axis=-1)
    return getattr(maps, how)(axis=-1, keepdims=True)


def normalize(values, low=None, high=None):
    """Scales values linearly so that `low` becomes 0 and `high` 1, and clips them to that range.

    Args:
        values: Array of any shape.
        low: Value that becomes 0; the smallest by default.
        high: Value that becomes 1; the largest by default.

    Returns:
        float32 array of the same shape; all 0 where `high <= low`, since a constant shows nothing.
    """
    values = np.asarray(values, np.float32)
    low = values.min() if low is None else low
    high = values.max() if high is None else high
    if high <= low:
        return np.zeros_like(values)
    return np.clip((values - low) / (high - low), 0, 1)
