"""Maps as a page carries them: small ones as they are, fine ones in as many steps as their colors show, packed."""

import base64
import zlib

import numpy as np

_EXACT = 4096  # A map of up to so many different values travels as it is.
# Steps from 0 to the outermost color and on to the largest value. A fine map's differ by 5.3 of 255 in brightness, so
# that it is shown within 3, which nobody sees, and takes half of what it would in 255 steps.
_OVERLAY, _FINE = (240, 255), (48, 56)
_OVERLAY_BOTH_SIGNS, _FINE_BOTH_SIGNS = (112, 127), (24, 30)


def encode(values, limit, fine=False, power=1):
    """Returns a map as JSON can hold it.

    Args:
        values: Map, float32 `(h, w, C)`, or those of several frames `(T, h, w, C)`.
        limit: Value of its outermost color.
        fine: Whether it is shown by itself, in shades of gray.
        power: The colors follow values to the power of `1 / power`.

    Returns:
        A dictionary: `size`, the map's shape; `data`, its values, compressed by zlib, in base64; and for one in
        steps `steps`, from which `decoded_steps` makes the values.
    """
    if np.isfinite(values).all() and len(np.unique(values)) > _EXACT:
        codes, steps = _in_steps(values, limit, fine, power)
        return {"size": values.shape, "data": packed(codes), "steps": steps}
    return {"size": values.shape, "data": packed(values.astype("<f4"))}


def decoded_steps(zero, linear, last, power, limit, largest):
    """Returns the 256 values that codes stand for: in steps of equal color to the outermost one, then in growing ones.

    The few values beyond that color would take most steps from all others if they were equal throughout.

    Args:
        zero: Code of 0.
        linear: Number of steps to `limit`.
        last: Number of steps to `largest`.
        power: See `encode`.
        limit: Value of the outermost color.
        largest: Largest value there is.
    """
    codes = np.arange(256) - zero
    steps = np.abs(codes)
    beyond = np.maximum(steps - linear, 0) / (last - linear)
    return np.sign(codes) * limit * np.minimum(steps / linear, 1) ** power * (largest / limit) ** beyond


def _in_steps(values, limit, fine, power):
    sizes = np.abs(values).astype(np.float64)
    largest = sizes.max()
    limit = limit if 0 < limit < largest else largest
    both = bool(values.min() < 0)
    linear, last = (_FINE_BOTH_SIGNS if both else _FINE) if fine else (_OVERLAY_BOTH_SIGNS if both else _OVERLAY)
    zero = 128 if both else 0
    steps = np.rint(linear * np.minimum(sizes / limit, 1) ** (1 / power))
    beyond = sizes > limit
    steps[beyond] += np.rint((last - linear) * np.log(sizes[beyond] / limit) / np.log(largest / limit))
    known = [zero, linear, last, power, *(float(f"{number:.9g}") for number in (limit, largest))]
    return (zero + np.sign(values) * steps).astype(np.uint8), known


def packed(array):
    """Returns an array's bytes as a page carries them, compressed by zlib, in base64."""
    return _in_base64(array.tobytes())


def packed_text(text):
    """Returns a text in the same way."""
    return _in_base64(text.encode())


def _in_base64(data):
    return base64.b64encode(zlib.compress(data, 6)).decode()
