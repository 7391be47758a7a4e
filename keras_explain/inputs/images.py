"""Images as arrays that fit what a model takes."""

import contextlib

import keras
import numpy as np
import tensorflow as tf

from keras_explain.checks.arrays import as_array, rank
from keras_explain.errors import ExplainError, InputError, reason
from keras_explain.inputs.matching import matched


def check_images(images, signature):
    """Returns the model's inputs as a structure of arrays like `signature.structure`.

    Raises:
        InputError: If they don't fit: number or names of inputs, shape, dtype, an empty batch, NaN or infinity.
    """
    leaves, specs = matched(images, signature), keras.tree.flatten(signature.structure)
    leaves = [_check_array(leaf, spec) for leaf, spec in zip(leaves, specs)]
    lengths = {len(leaf) for leaf in leaves}
    if len(lengths) > 1:
        raise InputError(f"expected inputs of equal length, received {[len(leaf) for leaf in leaves]}.")
    return keras.tree.pack_sequence_as(signature.structure, leaves)


def first_of(images, count, signature):
    """Returns the first images, in the structure of `signature`, as they were handed in.

    Raises:
        InputError: If the inputs are too many or too few, or named otherwise.
    """
    leaves = [leaf[:count] if rank(leaf, "images") else leaf for leaf in matched(images, signature)]
    return keras.tree.pack_sequence_as(signature.structure, leaves)


def count_of(images, signature):
    """Returns how many images were handed in.

    Raises:
        InputError: If the inputs are too many or too few, or named otherwise.
    """
    leaf = matched(images, signature)[0]
    return len(leaf) if rank(leaf, "images") else 0


def parts_of(images, size, signature):
    """Yields so many images at a time, in the structure of `signature`, as they were handed in.

    Raises:
        InputError: If the inputs are too many or too few, named otherwise, of unequal length, or empty.
    """
    leaves = matched(images, signature)
    leaves = [leaf if isinstance(leaf, (list, tuple)) else image_array(leaf) for leaf in leaves]
    lengths = [0 if isinstance(leaf, np.ndarray) and leaf.ndim == 0 else len(leaf) for leaf in leaves]
    if len(set(lengths)) > 1 or not lengths[0]:
        raise InputError(f"expected one image or more, inputs equally many, received {lengths}.")
    for start in range(0, lengths[0], size):
        yield keras.tree.pack_sequence_as(signature.structure, [leaf[start : start + size] for leaf in leaves])


@contextlib.contextmanager
def first_run(images):
    """Within the block a model runs on images for the first time: what it can't take is told by their shapes.

    Args:
        images: A structure of arrays; None where the model knows what it takes.
    """
    try:
        yield
    except (ValueError, TypeError, tf.errors.OpError) as error:
        if images is None or isinstance(error, ExplainError):
            raise
        shapes = ", ".join(str(array.shape) for array in keras.tree.flatten(images))
        raise InputError(
            f"expected images that the model takes, received shape {shapes}, with which it fails; {reason(error)}"
        ) from error


def image_array(values):
    """Returns images as an array.

    Raises:
        InputError: If they are of several shapes, or some of their numbers are masked.
    """
    return as_array(values, "images", hint="; several inputs go into a tuple or a dictionary")


def _check_array(values, spec):
    array = image_array(values)
    wanted = f"(N, {', '.join('any' if size is None else str(size) for size in spec.shape[1:])})"
    if array.dtype.kind not in "fiub" and array.dtype != tf.bfloat16.as_numpy_dtype:
        raise InputError(f"expected numbers of shape {wanted}, received dtype {array.dtype}.")
    if not spec.shape.is_compatible_with((None, *array.shape[1:])) or array.ndim == 0:
        raise InputError(f"expected images of shape {wanted}, received {array.shape}; {_shape_hint(array, spec)}.")
    if array.size == 0:
        raise InputError(f"expected at least one image, received an empty batch of shape {array.shape}.")
    with np.errstate(all="ignore"):  # what doesn't fit is refused in the next lines
        given, array = array, array.astype(spec.dtype.as_numpy_dtype, copy=False)
    if spec.dtype.is_integer and not np.array_equal(given, array):
        raise InputError(
            f"expected {spec.dtype.name} images, as the model takes them, received {given.dtype} values from "
            f"{given.min()} to {given.max()} that it can't hold."
        )
    if spec.dtype.is_floating and not all(np.isfinite(image).all() for image in array):
        where = np.argwhere(~np.isfinite(array))[0]
        raise InputError(f"expected finite numbers, received {array[tuple(where)]} in image {where[0]}; leave it out.")
    return array


def _shape_hint(array, spec):
    if spec.shape[1:].is_compatible_with(array.shape):
        return "one image needs a batch axis: images[None]; a dataset needs batches: .batch(32)"
    if array.ndim != spec.shape.rank - 1:
        return "see model.input_shape"
    channels = "images[..., None] adds one of channels; " if spec.shape[-1] == 1 else ""
    return f"an axis is missing: {channels}a dataset needs batches, .batch(32)"
