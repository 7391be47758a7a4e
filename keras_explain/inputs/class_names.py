"""The labels and class names that are shown beside the pictures, checked before training starts."""

import numpy as np

from keras_explain.errors import InputError, OptionError


def check_labels(labels, count, classes):
    """Returns the class index of each image as a list; labels may be indices, also as a column, or one-hot.

    Raises:
        InputError: If they are no classes of the model, or not one for each image.
    """
    array = np.asarray(labels)
    if array.ndim == 2:
        array = array[:, 0] if array.shape[1] == 1 else array.argmax(axis=1)
    whole = array.dtype.kind in "iub" or (array.dtype.kind == "f" and (array == np.rint(array)).all())
    if not whole or array.shape != (count,) or array.min() < 0 or (classes is not None and array.max() >= classes):
        allowed = "indices" if classes is None else f"indices from 0 to {classes - 1}"
        raise InputError(f"expected one label for each of the {count} images, class {allowed}, received {labels!r}.")
    return array.astype(int).tolist()


def check_class_names(names, classes, used):
    """Returns a list of names by class index.

    Args:
        names: A sequence of names, a dictionary by index, or None for the indices themselves.
        classes: Number of classes, None if it isn't known.
        used: Class indices that will be shown, where it isn't.

    Raises:
        OptionError: If a class has no name.
    """
    indices = range(classes) if classes is not None else range(max(used, default=-1) + 1)
    if names is None:
        return [str(index) for index in indices]
    try:
        return [str(names[index]) for index in indices]
    except (KeyError, IndexError, TypeError):
        raise OptionError(f"expected class_names for {len(indices)} classes, received {names!r}.") from None
