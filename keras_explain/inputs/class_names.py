"""The names of the classes."""

import numbers

from keras_explain.errors import OptionError, TargetError, brief

_MOST = 10_000_000  # A custom score may be asked for any target, which would be named with all those below it.


def check_class_names(names, classes, used):
    """Returns a list of names by class index.

    Args:
        names: A sequence of names, a dictionary by index, one of indices by name (Keras's `class_indices`), or None for
            the indices themselves.
        classes: Number of classes, None if it isn't known.
        used: Class indices that will be shown, where it isn't.

    Raises:
        OptionError: If a class has no name.
        TargetError: If there would be too many.
    """
    indices = range(classes) if classes is not None else range(max(used, default=-1) + 1)
    if classes is None and len(indices) > _MOST:
        raise TargetError(f"expected targets below {_MOST}, received {len(indices) - 1}.")
    if names is None:
        return [str(index) for index in indices]
    try:
        by_index = _by_index(names)
        return [str(by_index[index]) for index in indices]
    except (KeyError, IndexError, TypeError):
        raise OptionError(f"expected class_names for {len(indices)} classes, received {brief(names)}.") from None


def _by_index(names):
    by_name = isinstance(names, dict) and all(
        isinstance(name, str) and isinstance(index, numbers.Integral) for name, index in names.items()
    )
    return {index: name for name, index in names.items()} if by_name else names
