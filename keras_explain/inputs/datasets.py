"""Take images and labels out of what a user hands in, a dataset or arrays."""

import collections.abc
import itertools

import keras
import numpy as np
import tensorflow as tf

from keras_explain.checks.arrays import rank
from keras_explain.errors import InputError, brief, reason
from keras_explain.inputs.images import image_array


def gathered(images, count=None):
    """Returns images and their labels or None: of a dataset as structures of arrays, other images as they are.

    Args:
        images: What a user hands in: images, or a batched `tf.data.Dataset` or `keras.utils.PyDataset` of `x`, `(x, y)`
            or `(x, y, sample_weight)`, as `model.fit` takes it.
        count: How many images to take out of a dataset, the first ones; all by default.

    Raises:
        InputError: If a dataset has no end and all of it is asked for, or it is empty, not batched, of images of
            several sizes, or a generator.
    """
    if not is_dataset(images):
        return images, None
    batches, taken = [], 0
    for batch in read_batches(images, endless=count is not None):
        batches.append(batch)
        taken += len(keras.tree.flatten(batches[-1])[0])
        if count is not None and taken >= count:
            break
    if not batches:
        raise InputError("expected a dataset of at least one batch, received an empty one.")
    images, *labels = zip(*batches)
    try:
        labels = _joined(labels[0], count) if labels else None
    except ValueError:  # boxes, as many as a batch needs: nothing that is shown as a label
        labels = None
    try:
        return _joined(images, count), labels
    except ValueError:
        sizes = sorted({keras.tree.flatten(part)[0].shape[1:] for part in images})
        raise InputError(
            f"expected images of one size, received batches of shapes {brief(sizes)}; resize them, or explain them "
            "batch by batch."
        ) from None


def is_dataset(images):
    """Tells a dataset from images as arrays.

    Raises:
        InputError: If it can be read but once.
    """
    if isinstance(images, collections.abc.Iterator):
        raise InputError(
            f"expected images as arrays or a batched dataset, received {brief(images)}, which can be read but once; "
            "take one batch out of it: next(...)."
        )
    return isinstance(images, (tf.data.Dataset, keras.utils.PyDataset))


def read_batches(dataset, endless=False):
    """Yields the images, and the labels if there are any, of each batch of a dataset, as structures of arrays.

    Raises:
        InputError: If the dataset has no end and isn't allowed to be `endless`, or it isn't batched.
    """
    try:
        size = dataset.cardinality() if isinstance(dataset, tf.data.Dataset) else dataset.num_batches
    except NotImplementedError as error:
        raise InputError(f"expected a dataset that knows its length, or None for none; {reason(error)}") from error
    if not endless and size in (None, tf.data.INFINITE_CARDINALITY):
        raise InputError("expected a dataset that ends, received an infinite one; take a part of it: .take(10).")
    indices = itertools.count() if size is None else range(size)
    for batch in dataset if isinstance(dataset, tf.data.Dataset) else map(dataset.__getitem__, indices):
        yield images_and_labels(batch)


def images_and_labels(batch):
    """Returns the images and the labels of a batch, if there are any, as arrays; refuses one that is none."""
    batch = tuple(batch) if isinstance(batch, (list, tuple)) else (batch,)
    parts = tuple(keras.tree.map_structure(_rows, part) for part in batch[:2] if part is not None)
    shapes = [leaf.shape for leaf in keras.tree.flatten(parts)]
    if len({shape[:1] for shape in shapes}) != 1 or () in shapes:
        raise InputError(
            f"expected a dataset of batches, images and labels equally many, received elements of shapes "
            f"{', '.join(map(str, shapes)) or 'none'}; batch it: .batch(32)."
        )
    return parts


def _rows(part):
    if isinstance(part, (tf.RaggedTensor, tf.SparseTensor)):
        return np.empty(part.shape[0], object)  # no array holds them, but they are as many
    return image_array(part)


def _joined(parts, count):
    return keras.tree.map_structure(lambda *leaves: np.concatenate(leaves)[:count], *parts)


def first_images(images, count):
    """Returns images and labels as `gathered` does, those of a dataset the first ones; arrays are cut by `first_of`.

    Raises:
        InputError: If the images are none, or those of a dataset are refused.
    """
    images, labels = gathered(images, count)
    if not isinstance(images, (dict, list, tuple)) and rank(images, "images") == 0:
        raise InputError(f"expected images of shape (N, H, W, C), received {brief(images)}.")
    return images, labels
