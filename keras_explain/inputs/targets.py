"""The class that is asked for, of each image."""

import numpy as np

from keras_explain.checks.arrays import as_array
from keras_explain.errors import TargetError, brief

# Of classes that no model counts, as of a custom score: each up to it has a name.
LARGEST = 2**24


def check_targets(target, count, classes):
    """Returns the target class of each image as int32 `(count,)`; -1 stands for the predicted class.

    Args:
        target: None, an int, one int an image, or tf-keras-vis's `CategoricalScore` or `BinaryScore`. Floats will do if
            they are whole.
        count: Number of images.
        classes: Number of classes, or None if a custom score gives targets a meaning of its own.

    Raises:
        TargetError: If they are no whole numbers, masked, out of range, or not one for each image.
    """
    if target is None:
        return np.full(count, -1, np.int32)
    if callable(target):
        target = _picked(target)
    array = as_array(target, "targets", TargetError)
    array = array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array
    whole = array.dtype.kind == "f" and array.size > 0 and np.isfinite(array).all() and (array == np.rint(array)).all()
    if array.dtype.kind not in "iu" and not whole:
        raise TargetError(f"expected target= as class indices (int), received {brief(target)}.")
    array = array.astype(float) if whole else array
    if array.ndim > 1 or (array.ndim == 1 and len(array) != count):
        raise TargetError(
            f"expected one target or one for each of the {count} images, received an array of shape {array.shape}; "
            "of one-hot labels take argmax(-1)."
        )
    low, high = (0, classes - 1) if classes is not None else (-LARGEST, LARGEST)
    outside = array[(array < low) | (array > high)]
    if len(outside):
        raise TargetError(f"expected targets from {low} to {high}, received {int(outside[0])}.")
    return np.broadcast_to(array, count).astype(np.int32)


def listed_targets(targets):
    """Returns one class or several as int32 `(N,)`.

    Raises:
        TargetError: If there are none, or they are no whole numbers.
    """
    array = as_array(targets, "targets", TargetError)
    if targets is None or array.size == 0:
        raise TargetError(f"expected the class or the classes to visualize, received {brief(targets)}.")
    return check_targets(targets, array.size, None)


def _picked(score):
    """Returns the classes that a score picks, as tf-keras-vis's keep them."""
    kept = getattr(score, "__dict__", {})
    classes = kept.get("indices", kept.get("target_values"))
    if classes is None:
        raise TargetError(f"expected target= as class indices (int), received {brief(score)}; a function is a score=.")
    classes = as_array(classes, "targets", TargetError)
    classes = classes.astype(int) if classes.dtype.kind == "b" else classes
    return classes[0] if classes.shape == (1,) else classes
