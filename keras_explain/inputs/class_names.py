"""The names of the classes."""

import numbers
from collections.abc import Mapping, Sequence

import numpy as np

from keras_explain.checks.options import is_whole
from keras_explain.errors import OptionError, TargetError, brief
from keras_explain.inputs.targets import LARGEST


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
    if classes is None and len(indices) > LARGEST + 1:  # a label, which is no target
        raise TargetError(f"expected classes up to {LARGEST}, received {len(indices) - 1}.")
    if names is None:
        return [str(index) for index in indices]
    found = _found(names, indices)
    if found is None or not all(isinstance(name, (str, numbers.Real)) for name in found):
        raise OptionError(f"expected class_names for {len(indices)} classes, a text each, received {brief(names)}.")
    return [str(name) for name in found]


def _found(names, indices):
    """Returns the names of these indices; None if there aren't so many."""
    if isinstance(names, Mapping):
        by_name = all(isinstance(name, str) and is_whole(index) for name, index in names.items())
        by_index = {index: name for name, index in names.items()} if by_name else names
        return [by_index[index] for index in indices] if all(index in by_index for index in indices) else None
    names = names.tolist() if isinstance(names, np.ndarray) else names
    listed = isinstance(names, Sequence) and len(names) >= len(indices)
    if not listed or (isinstance(names, str) and len(names) > len(indices)):  # a longer text is a file's name
        return None
    return [names[index] for index in indices]
