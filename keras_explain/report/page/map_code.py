"""Maps as a page carries them: small ones as they are, large ones in 255 steps, packed either way."""

import base64
import math
import zlib

import numpy as np

_EXACT = 4096  # A map of up to so many different values travels as it is.
# Steps from 0 to the outermost color and on to the largest value, of maps of one sign and of both.
_ONE_SIGN, _BOTH_SIGNS = (240, 255), (112, 127)


def encode(values, limit):
    """Returns a map as JSON can hold it.

    Args:
        values: Map, float32 `(h, w)`.
        limit: Value of its outermost color.

    Returns:
        A dictionary: `size`, the map's `(h, w)`; `data`, its values, compressed by zlib, in base64; and for one in
        steps `steps`, from which `decoded_steps` makes the values.
    """
    if np.isfinite(values).all() and len(np.unique(values)) > _EXACT:
        codes, steps = _in_steps(values, limit)
        return {"size": values.shape, "data": _packed(codes), "steps": steps}
    return {"size": values.shape, "data": _packed(values.astype("<f4"))}


def decoded_steps(zero, linear, last, limit, largest):
    """Returns the 256 values that codes stand for: in equal steps to the outermost color, then in growing ones.

    The few values beyond that color would take most steps from all others if they were equal throughout.

    Args:
        zero: Code of 0.
        linear: Number of steps to `limit`.
        last: Number of steps to `largest`.
        limit: Value of the outermost color.
        largest: Largest value there is.
    """
    codes = np.arange(256) - zero
    steps = np.abs(codes)
    beyond = np.maximum(steps - linear, 0) / (last - linear)
    return np.sign(codes) * limit * np.minimum(steps / linear, 1) * (largest / limit) ** beyond


def _in_steps(values, limit):
    largest = float(np.abs(values).max())
    limit = limit if 0 < limit < largest else largest
    zero, (linear, last) = (128, _BOTH_SIGNS) if values.min() < 0 else (0, _ONE_SIGN)
    steps = [zero, linear, last, limit, largest]
    known = decoded_steps(*steps)[zero : zero + last + 1]
    codes = np.searchsorted((known[1:] + known[:-1]) / 2, np.abs(values))
    return (zero + np.sign(values) * codes).astype(np.uint8), [_short(number) for number in steps]


def _short(number):
    """Returns a number in as many digits as float32 has."""
    return number if isinstance(number, int) or not math.isfinite(number) else float(f"{number:.9g}")


def _packed(array):
    return base64.b64encode(zlib.compress(array.tobytes(), 6)).decode()
