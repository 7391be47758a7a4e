"""Masks as JSON holds them: by the lengths of their runs."""

import math

import numpy as np

from keras_explain.checks.options import is_whole
from keras_explain.errors import InputError, brief

_MOST = 2**26  # Places of a mask that is read.


def as_runs(mask):
    """Returns `{"shape": lengths, "runs": lengths}` of a bool array: how many False, True, False and so on it holds.

    The last axis changes first, and the first run, which may be empty, is of False.
    """
    flat = np.concatenate([[False], mask.ravel()])
    starts = np.flatnonzero(flat[1:] != flat[:-1])
    return {"shape": list(mask.shape), "runs": np.diff([0, *starts, mask.size]).tolist()}


def from_runs(entry):
    """Returns the mask of what `as_runs` returned.

    Raises:
        InputError: If it is none, or one of too many places, without the end of a sentence.
    """
    shape, runs = (entry.get(name) if isinstance(entry, dict) else None for name in ("shape", "runs"))
    for lengths in (shape, runs):
        if not isinstance(lengths, list) or not lengths or not all(is_whole(one) and one >= 0 for one in lengths):
            raise InputError(f"expected a mask as its shape and the lengths of its runs, received {brief(entry)}")
    if not 0 < math.prod(shape) <= _MOST or sum(runs) != math.prod(shape):
        raise InputError(f"expected runs of up to {_MOST:,} places in all, as its shape says, received {brief(entry)}")
    return np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(shape)
