"""The class that is asked for, of each image."""

import numpy as np

from keras_explain.errors import TargetError, brief
from keras_explain.inputs.images import masked


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
    try:
        array = np.asarray(target)
    except ValueError as error:
        raise TargetError(f"expected one target or one for each of the {count} images; {error}.") from None
    array = array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array
    whole = array.dtype.kind == "f" and array.size > 0 and np.isfinite(array).all() and (array == np.rint(array)).all()
    if masked(target):
        raise TargetError("expected a target for each image, received masked ones; leave these images out.")
    if array.dtype.kind not in "iu" and not whole:
        raise TargetError(f"expected target= as class indices (int), received {brief(target)}.")
    if array.ndim > 1 or (array.ndim == 1 and len(array) != count):
        raise TargetError(
            f"expected one target or one for each of the {count} images, received an array of shape {array.shape}; "
            "of one-hot labels take argmax(-1)."
        )
    outside = array[(array < 0) | (array >= classes)] if classes is not None else ()
    if len(outside):
        raise TargetError(f"expected targets from 0 to {classes - 1}, received {int(outside[0])}.")
    return np.broadcast_to(array, count).astype(np.int32)


def _picked(score):
    """Returns the classes that a score picks, as tf-keras-vis's keep them."""
    kept = getattr(score, "__dict__", {})
    classes = kept.get("indices", kept.get("target_values"))
    if classes is None:
        raise TargetError(f"expected target= as class indices (int), received {brief(score)}; a function is a score=.")
    classes = np.asarray(classes, int)
    return classes[0] if len(classes) == 1 else classes
