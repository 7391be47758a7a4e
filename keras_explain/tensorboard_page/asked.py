"""What a browser may ask for: names of what is there and whole numbers in their range, and nothing else."""

import re

_MOST = 512  # Steps in one answer.


class BadRequestError(ValueError):
    """A request that nothing on the page makes."""


def one_of(args, name, known):
    """Returns the value of an argument that has to be one of the known names.

    Raises:
        BadRequestError: If it isn't.
    """
    value = args.get(name)
    if value not in known:
        raise BadRequestError(f"expected {name} as one of those that are there.")
    return value


def whole(args, name, below, default=None):
    """Returns a whole number from 0 to `below`.

    Raises:
        BadRequestError: If it is none.
    """
    text = args.get(name)
    if text is None and default is not None:
        return default
    if text is None or not re.fullmatch(r"[0-9]{1,9}", text) or int(text) >= below:
        raise BadRequestError(f"expected {name} as a whole number from 0 to {max(below - 1, 0)}.")
    return int(text)


def steps_asked(args, steps, most=_MOST):
    """Returns the steps from the place `first` to `last`, of a list of all.

    Raises:
        BadRequestError: If they aren't places in it in their order, or too many.
    """
    first, last = whole(args, "first", len(steps)), whole(args, "last", len(steps))
    if not 0 <= last - first < most:
        raise BadRequestError(f"expected first and last as 1 to {most} places.")
    return steps[first : last + 1]
