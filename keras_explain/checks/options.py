"""Checks of options: numbers, choices, switches, texts, paths and functions."""

import inspect
import numbers
import os

import numpy as np

from keras_explain.errors import OptionError, brief, reason

# What float32 holds, in which models compute and maps are kept.
_SMALLEST, _LARGEST = float(np.finfo(np.float32).tiny), float(np.finfo(np.float32).max)
# What Python and NumPy count among the numbers all the same.
_NO_NUMBERS = (bool, np.timedelta64)


def is_whole(value):
    """Tells a whole number, which True and 3.0 are not."""
    return isinstance(value, numbers.Integral) and not isinstance(value, _NO_NUMBERS)


def is_number(value):
    """Tells a finite number, as float32 can hold it."""
    if not isinstance(value, numbers.Real) or isinstance(value, _NO_NUMBERS):
        return False
    value = float(value) if isinstance(value, np.floating) else value  # half precision can't be held against the ends
    return -_LARGEST <= value <= _LARGEST


def is_listed(value):
    """Tells what holds values in an order and can be read again: a list, a tuple, an array of one axis."""
    return isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim == 1)


def check_count(value, name, most=None, least=1):
    """Returns an option that has to be a whole number from `least`, to `most` if there is such, as an int."""
    if not is_whole(value) or value < least or (most is not None and value > most):
        to = "" if most is None else f" to {most}"
        raise OptionError(f"expected {name} as a whole number from {least}{to}, received {brief(value)}.")
    return int(value)


def check_counts(values, name, most=None, least=1):
    """Returns an option that has to be such a number, or one a dimension, as a list of ints."""
    if is_listed(values) and len(values) == 0:
        raise OptionError(f"expected {name} as one number, or one a dimension, received {brief(values)}.")
    return [check_count(value, name, most, least) for value in (values if is_listed(values) else [values])]


def check_number(value, name, low=-_LARGEST, high=_LARGEST, above=False):
    """Returns an option that has to be a number from `low`, or `above` it, to `high`, as a float."""
    number = float(value) if is_number(value) else np.nan
    number = 0.0 if abs(number) < _SMALLEST else number
    if not low <= number <= high or (above and number == low):
        start = "" if low == -_LARGEST else f" above {low:g}" if above else f" from {low:g}"
        end = "" if high == _LARGEST else f" up to {high:g}"
        raise OptionError(f"expected {name} as a number{start or ' that is finite'}{end}, received {brief(value)}.")
    return number


def check_seed(value):
    """Returns `seed=`, which has to be a whole number from 0, as an int."""
    if not is_whole(value) or value < 0:
        raise OptionError(f"expected seed as a whole number from 0, received {brief(value)}.")
    return int(value)


def check_range(value, name):
    """Returns an option that has to be a range `(low, high)`, as two floats."""
    if not is_listed(value) or len(value) != 2 or not all(map(is_number, value)) or not value[0] < value[1]:
        raise OptionError(f"expected {name} as (low, high) with low < high, received {brief(value)}.")
    return float(value[0]), float(value[1])


def check_choice(value, name, choices):
    """Returns an option that has to be one of some texts, or None where that is among them."""
    if not isinstance(value, (str, type(None))) or value not in choices:
        known = [str(choice) if choice is None else f'"{choice}"' for choice in choices]
        raise OptionError(
            f"expected {name} {' or '.join([', '.join(known[:-1]), known[-1]])}, received {brief(value)}."
        )
    return value


def check_flag(value, name):
    """Returns an option that has to be True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise OptionError(f"expected {name} as True or False, received {brief(value)}.")
    return bool(value)


def check_chosen(value, name):
    """Returns an option that has to be the index or the name of one of several, or None."""
    if value is not None and not isinstance(value, str) and not is_whole(value):
        raise OptionError(f"expected {name} as an index or a name, received {brief(value)}.")
    return value


def check_text(value, name):
    """Returns an option that has to be a text, None as it is."""
    if value is not None and not isinstance(value, str):
        raise OptionError(f"expected {name} as a text, received {brief(value)}.")
    return value


def check_name(value, name):
    """Returns an option that has to be a text with something in it."""
    if not isinstance(value, str) or not value.strip():
        raise OptionError(f"expected {name} as a text, received {brief(value)}.")
    return value


def check_path(value, name):
    """Returns an option that has to be a path, as a text."""
    try:
        path = os.fspath(value)
        valid = isinstance(path, str) and path != "" and b"\0" not in os.fsencode(path)
    except Exception as error:  # whatever is raised by what is asked for its path, it has none
        raise OptionError(f"expected {name} as a path, received {brief(value)}; {reason(error)}") from error
    if not valid:
        raise OptionError(f"expected {name} as a path, received {brief(value)}.")
    return path


def check_function(value, name, *taken):
    """Returns an option that has to be a function of so many arguments.

    Args:
        value: What was received.
        name: The option's name, and how the sentence goes on: "display= as".
        *taken: The arguments' names, as the sentence tells them.
    """
    if not callable(value) or isinstance(value, type) or not _takes(value, len(taken)):
        raise OptionError(f"expected {name} a function ({', '.join(taken)}), received {brief(value)}.")
    return value


def _takes(function, count):
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # as of some that are written in C
        return True
    try:
        signature.bind(*[None] * count)
    except TypeError:
        return False
    return True
