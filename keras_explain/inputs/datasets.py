"""Take images and labels out of what a user hands in, a dataset or arrays."""

import itertools

import keras
import numpy as np
import tensorflow as tf

from keras_explain.errors import InputError


def gathered(images, count=None):
    """Returns images and their labels or None: of a dataset as structures of arrays, other images as they are.

    Args:
        images: What a user hands in: images, or a batched `tf.data.Dataset` or `keras.utils.PyDataset` of `x`, `(x, y)`
            or `(x, y, sample_weight)`, as `model.fit` takes it.
        count: How many images to take out of a dataset, the first ones; all by default.

    Raises:
        InputError: If a dataset has no end and all of it is asked for, or it is empty.
    """
    if not isinstance(images, (tf.data.Dataset, keras.utils.PyDataset)):
        return images, None
    size = images.cardinality() if isinstance(images, tf.data.Dataset) else images.num_batches
    if count is None and size in (None, tf.data.INFINITE_CARDINALITY):
        raise InputError("expected a dataset that ends, received an infinite one; take a part of it: .take(10).")
    batches, taken = [], 0
    indices = itertools.count() if size is None else range(size)
    for batch in images if isinstance(images, tf.data.Dataset) else map(images.__getitem__, indices):
        batch = batch if isinstance(batch, tuple) else (batch,)
        batches.append(keras.tree.map_structure(np.asarray, batch[:2]))
        taken += len(keras.tree.flatten(batches[-1])[0])
        if count is not None and taken >= count:
            break
    if not batches:
        raise InputError("expected a dataset of at least one batch, received an empty one.")
    whole = keras.tree.map_structure(lambda *parts: np.concatenate(parts)[:count], *batches)
    return whole[0], whole[1] if len(whole) > 1 else None


def first_images(images, count):
    """Returns the first images, as a structure of arrays, and their labels or None; arguments as for `gathered`.

    Raises:
        InputError: If the images are none, or a dataset is empty.
    """
    images, labels = gathered(images, count)
    structure = images if isinstance(images, (dict, tuple)) else np.asarray(images)
    if np.ndim(keras.tree.flatten(structure)[0]) == 0:
        raise InputError(f"expected images of shape (N, H, W, C), received {images!r}.")
    return keras.tree.map_structure(lambda x: np.asarray(x)[:count], structure), labels
