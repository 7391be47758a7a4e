"""What the user hands in, checked and brought into the model's form: images and targets."""

import dataclasses
import numbers

import keras
import numpy as np
import tensorflow as tf

from keras_explain.errors import InputError, OptionError, TargetError, near


@dataclasses.dataclass(frozen=True)
class Signature:
    """The inputs that a model takes and the one among them that is explained.

    Attributes:
        structure: Nested structure of `tf.TensorSpec`, with a batch axis of None.
        index: Position of the explained input among the flattened ones.
    """

    structure: object
    index: int

    @property
    def specs(self):
        return keras.tree.flatten(self.structure)

    @property
    def explained(self):
        return self.specs[self.index]


def model_signature(model, chosen=None):
    """Returns the `Signature` of a model that knows its inputs, None of one that doesn't (subclassed, not built)."""
    if not model.built or not getattr(model, "inputs", None):
        return None
    symbolic = model.inputs[0] if len(model.inputs) == 1 else model.input
    structure = keras.tree.map_structure(lambda x: tf.TensorSpec((None, *x.shape[1:]), x.dtype), symbolic)
    names = [x.name for x in model.inputs]
    keys = sorted(structure) if isinstance(structure, dict) else names
    return Signature(structure, _explained_index(structure, keys if chosen in keys else names, chosen))


def images_signature(images, chosen=None):
    """Returns the `Signature` of a model that takes whatever it is given: that of the first images."""
    structure = images if isinstance(images, (dict, tuple)) else _array(images)
    structure = keras.tree.map_structure(lambda x: tf.TensorSpec((None, *np.shape(x)[1:]), tf.float32), structure)
    names = sorted(structure) if isinstance(structure, dict) else range(len(keras.tree.flatten(structure)))
    return Signature(structure, _explained_index(structure, names, chosen))


def _explained_index(structure, names, chosen):
    names = [str(name) for name in names]
    if isinstance(chosen, str) and chosen in names:
        return names.index(chosen)
    if isinstance(chosen, numbers.Integral) and -len(names) <= chosen < len(names):
        return chosen % len(names)
    if chosen is not None:
        raise OptionError(f"expected input= as an index or a name, received {chosen!r}; {near(chosen, names)}")
    spatial = [i for i, spec in enumerate(keras.tree.flatten(structure)) if spec.shape.rank > 2]
    if len(names) > 1 and len(spatial) != 1:
        raise OptionError(f"the model has several inputs ({', '.join(names)}): say by input= which one to explain.")
    return spatial[0] if spatial else 0


def check_images(images, signature):
    """Returns the model's inputs as a structure of arrays like `signature.structure`.

    Raises:
        InputError: If they don't fit: number of inputs, shape, dtype, an empty batch, NaN or infinity.
    """
    specs = signature.specs
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


def _array(values):
    try:
        return np.asarray(values)
    except ValueError as error:
        raise InputError(f"expected images of one common shape; {error}.") from None


def _check_array(values, spec):
    array = _array(values)
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


def check_targets(target, count, classes):
    """Returns the target class of each image as int32 `(count,)`; -1 stands for the predicted class.

    Args:
        target: None, an int, one int an image, or tf-keras-vis's `CategoricalScore` or `BinaryScore`.
        count: Number of images.
        classes: Number of classes, or None if a custom score gives targets a meaning of its own.

    Raises:
        TargetError: If they are no integers, out of range, or not one for each image.
    """
    if target is None:
        return np.full(count, -1, np.int32)
    if type(target).__module__.startswith("tf_keras_vis"):
        target = np.asarray(target.indices if hasattr(target, "indices") else target.target_values, int)
        target = target[0] if len(target) == 1 else target
    try:
        array = np.asarray(target)
    except ValueError as error:
        raise TargetError(f"expected one target or one for each of the {count} images; {error}.") from None
    array = array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array
    if array.dtype.kind not in "iu":
        raise TargetError(f"expected target= as class indices (int), received {target!r}.")
    if array.ndim > 1 or (array.ndim == 1 and len(array) != count):
        raise TargetError(
            f"expected one target or one for each of the {count} images, received an array of shape {array.shape}; "
            "of one-hot labels take argmax(-1)."
        )
    if classes is not None and array.size and not (array.min() >= 0 and array.max() < classes):
        raise TargetError(f"expected targets from 0 to {classes - 1}, received {array.tolist()}.")
    return np.broadcast_to(array, count).astype(np.int32)
