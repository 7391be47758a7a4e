"""Take images out of a dataset."""

import itertools

import keras
import numpy as np
import tensorflow as tf

from keras_explain.errors import InputError


def is_dataset(images):
    """Tells a `tf.data.Dataset` or a `keras.utils.PyDataset`."""
    return isinstance(images, (tf.data.Dataset, keras.utils.PyDataset))


def gather(dataset, count=None):
    """Returns the images of a batched dataset, and its labels or None, as structures of arrays.

    Args:
        dataset: Batches of `x`, `(x, y)` or `(x, y, sample_weight)`, as `model.fit` takes them.
        count: How many images to take, the first ones; all by default.

    Raises:
        InputError: If the dataset has no end and all of it is asked for, or it is empty.
    """
    size = dataset.cardinality() if isinstance(dataset, tf.data.Dataset) else dataset.num_batches
    if count is None and size in (None, tf.data.INFINITE_CARDINALITY):
        raise InputError("expected a dataset that ends, received an infinite one; take a part of it: .take(10).")
    batches, taken = [], 0
    indices = itertools.count() if size is None else range(size)
    for batch in dataset if isinstance(dataset, tf.data.Dataset) else map(dataset.__getitem__, indices):
        batch = batch if isinstance(batch, tuple) else (batch,)
        batches.append(keras.tree.map_structure(np.asarray, batch[:2]))
        taken += len(keras.tree.flatten(batches[-1])[0])
        if count is not None and taken >= count:
            break
    if not batches:
        raise InputError("expected a dataset of at least one batch, received an empty one.")
    whole = keras.tree.map_structure(lambda *parts: np.concatenate(parts)[:count], *batches)
    return whole[0], whole[1] if len(whole) > 1 else None
