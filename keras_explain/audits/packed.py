"""Numbers in half the space: float16, scaled by a power of two an image, so that none is too large or too small."""

import numpy as np


def packed(values):
    """Returns rows as float16, and what each is to be multiplied by, float32 `(N,)`.

    The largest magnitude of a row lies in [0.5, 1) then, so that each value is within a 2048th of itself, or within
    3e-8 of the row's largest. A power of two changes nothing else.

    Args:
        values: float32 `(N, ...)`; what isn't finite stays so.
    """
    flat = np.abs(values.reshape(len(values), -1))
    largest = np.max(flat, axis=1, initial=0, where=np.isfinite(flat))
    _, exponents = np.frexp(largest)
    scales = np.ldexp(np.float32(1), np.where(largest > 0, np.maximum(exponents, -126), 0)).astype(np.float32)
    shape = (-1, *[1] * (values.ndim - 1))
    return (values / scales.reshape(shape)).astype(np.float16), scales


def unpacked(values, scales):
    """Returns rows as they were, float32."""
    return values.astype(np.float32) * np.reshape(scales, (-1, *[1] * (values.ndim - 1))).astype(np.float32)
