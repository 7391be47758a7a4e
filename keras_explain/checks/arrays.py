"""What is handed in as numbers, as an array."""

import numpy as np

from keras_explain.errors import InputError, brief, reason


def as_array(values, what, kind=InputError, hint=""):
    """Returns an array, a tensor or lists of values as an array.

    Args:
        values: What was received.
        what: What it should be, in the message.
        kind: The error to raise.
        hint: What else could be done, at the end of the message.

    Raises:
        InputError: If no array can hold the values, or some of them are masked.
    """
    if masked(values):
        raise kind(f"expected {what} without masked numbers, received some; leave them out, or fill them: .filled(0).")
    try:
        return np.asarray(values)
    except Exception as error:  # whatever is raised by what is asked to be an array, it is none
        raise kind(f"expected {what} of one common shape, received {brief(values)}; {reason(error)}{hint}") from error


def as_numbers(values, what, shape=None, finite=False):
    """Returns an array, a tensor or lists of real numbers as an array.

    Args:
        values: What was received.
        what: What it should be, in the message.
        shape: Its shape, of which None stands for any length and `...` for any number of axes; any by default.
        finite: Whether NaN, infinity and what float32 can't hold are refused.

    Raises:
        InputError: If the values are no numbers, there are none, or they have another shape.
    """
    array = as_array(values, what)
    if array.dtype.name == "bfloat16":  # which NumPy can't compare
        array = array.astype(np.float32)
    if array.dtype.kind not in "fiub":
        raise InputError(f"expected {what} as numbers, received {brief(values)}.")
    if array.size == 0 or not _fits(array.shape, shape):
        wanted = "" if shape is None else f" of shape ({', '.join(map(_length, shape))})"
        raise InputError(f"expected {what}{wanted}, received shape {array.shape}.")
    if finite and array.dtype.kind == "f" and not (np.abs(array) <= np.finfo(np.float32).max).all():
        raise InputError(f"expected {what} of finite numbers, received NaN, infinity or what float32 can't hold.")
    return array


def rank(values, what, kind=InputError):
    """Returns how many axes values have; an array that says so is not read, as one on a disk."""
    told = hasattr(type(values), "ndim") and isinstance(values.ndim, int)
    return values.ndim if told else as_array(values, what, kind).ndim


def masked(values):
    """Tells whether an array, or one in a list, has masked entries, which `np.asarray` would take for numbers."""
    listed = values if isinstance(values, (list, tuple)) else [values]
    return any(isinstance(each, np.ma.MaskedArray) and np.ma.is_masked(each) for each in listed)


def _fits(lengths, shape):
    if shape is None:
        return True
    if ... in shape:
        place, open_axes = shape.index(...), len(lengths) + 1 - len(shape)
        if open_axes < 0:
            return False
        lengths, shape = lengths[:place] + lengths[place + open_axes :], shape[:place] + shape[place + 1 :]
    return len(lengths) == len(shape) and all(wanted in (None, length) for wanted, length in zip(shape, lengths))


def _length(wanted):
    return "..." if wanted is ... else "any" if wanted is None else str(wanted)
