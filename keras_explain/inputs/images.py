"""Images as arrays that fit what a model takes."""

import keras
import numpy as np
import tensorflow as tf

from keras_explain.errors import InputError


def check_images(images, signature):
    """Returns the model's inputs as a structure of arrays like `signature.structure`.

    Raises:
        InputError: If they don't fit: number of inputs, shape, dtype, an empty batch, NaN or infinity.
    """
    specs = keras.tree.flatten(signature.structure)
    if len(specs) == 1:
        wrapped = isinstance(images, (list, tuple)) and len(images) == 1 and np.ndim(images[0]) == specs[0].shape.rank
        leaves = keras.tree.flatten(images) if wrapped or isinstance(images, dict) else [images]
    elif isinstance(images, dict) and isinstance(signature.structure, dict):
        if set(images) != set(signature.structure):
            raise InputError(f"expected inputs named {sorted(signature.structure)}, received {sorted(images)}.")
        leaves = [images[name] for name in sorted(images)]  # the order in which dictionaries are flattened
    else:
        leaves = keras.tree.flatten(images) if isinstance(images, dict) else list(images)
    if len(leaves) != len(specs):
        raise InputError(f"expected {len(specs)} inputs, one for each of the model's, received {len(leaves)}.")
    leaves = [_check_array(leaf, spec) for leaf, spec in zip(leaves, specs)]
    lengths = {len(leaf) for leaf in leaves}
    if len(lengths) > 1:
        raise InputError(f"expected inputs of equal length, received {[len(leaf) for leaf in leaves]}.")
    return keras.tree.pack_sequence_as(signature.structure, leaves)


def as_array(values):
    """Returns images as an array.

    Raises:
        InputError: If they are of several shapes.
    """
    try:
        return np.asarray(values)
    except ValueError as error:
        raise InputError(f"expected images of one common shape; {error}.") from None


def _check_array(values, spec):
    array = as_array(values)
    wanted = f"(N, {', '.join('any' if size is None else str(size) for size in spec.shape[1:])})"
    if array.dtype.kind not in "fiub" and array.dtype != tf.bfloat16.as_numpy_dtype:
        raise InputError(f"expected numbers of shape {wanted}, received dtype {array.dtype}.")
    if not spec.shape.is_compatible_with((None, *array.shape[1:])) or array.ndim == 0:
        single = spec.shape[1:].is_compatible_with(array.shape)
        hint = "one image needs a batch axis: images[None]" if single else "see model.input_shape"
        raise InputError(f"expected images of shape {wanted}, received {array.shape}; {hint}.")
    if len(array) == 0:
        raise InputError(f"expected at least one image, received an empty batch of shape {array.shape}.")
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
