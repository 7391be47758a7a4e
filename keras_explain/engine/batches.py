"""Run a function on many images, a batch of them in memory at a time."""

from functools import partial

import numpy as np
import tensorflow as tf

from keras_explain.errors import ModelError


def in_batches(function, images, targets, batch_size):
    """Returns what a function gives for all images, as arrays in the structure of its output.

    Args:
        function: A `GraphFunction` `(images, targets) -> structure of tensors`, each with the batch axis first.
        images: List of arrays, N of each.
        targets: int32 `(N,)`.
        batch_size: Number of images in memory at a time.

    Raises:
        ModelError: If the function doesn't give one row an image.
    """
    whole = None
    for start in range(0, len(targets), batch_size):
        batch = slice(start, start + batch_size)
        part = function([array[batch] for array in images], targets[batch])
        if whole is None:
            whole = tf.nest.map_structure(partial(_empty, len(targets)), part)
        tf.nest.map_structure(partial(_fill, batch), whole, part)
        del part  # or the next one is computed beside it
    return whole


def _empty(count, part):
    return np.empty((count, *part.shape[1:]), part.dtype.as_numpy_dtype)


def _fill(batch, whole, part):
    rows = whole[batch]
    if len(rows) != part.shape[0]:
        raise ModelError(f"expected one row for each of {len(rows)} images, received {part.shape[0]}; see score=.")
    rows[...] = np.asarray(part)  # unlike numpy(), without a copy before this one


def copies_in_batches(batch, targets, count, change, batch_size):
    """Yields changed copies of images as batches: first of all images the first, then of all the second.

    Args:
        batch: The images, a `Batch`.
        targets: The class that is explained of each image, int32 `(N,)`.
        count: Number of copies of each.
        change: `(rows, numbers) -> copies`: of the images at `rows`, each changed in the way of its number, both ints
            `(M,)`; the copies are `(M, *spatial, C)`.
        batch_size: Number of copies at a time.

    Yields:
        rows: Which image each is a copy of, ints `(M,)`.
        numbers: Which copy of it, ints `(M,)`.
        copies: The `Batch` of the copies.
    """
    for start in range(0, len(batch) * count, batch_size):
        numbers, rows = np.divmod(np.arange(start, min(start + batch_size, len(batch) * count)), len(batch))
        yield rows, numbers, batch.copies(rows, change(rows, numbers), targets[rows])
