"""Maps in few bytes: small ones, as those of layers, in float16, large ones in a byte a value."""

import numpy as np

from keras_explain.errors import InputError

_EXACT = 1024  # Up to so many values a map has two bytes for each: a layer's maps are that small.
_STEPS = 127


def compact(maps):
    """Returns `(codes, scales)` of maps, from which `restored` makes them again.

    Maps of up to 1024 values are rounded to 11 binary digits. In larger ones a value is the square of a whole number of
    steps, so that small values are told apart where most are small: it is within a 127th of the map's largest
    magnitude, and within less the smaller it is.

    Args:
        maps: float32 `(N, *spatial, C)`, finite.

    Returns:
        codes: float16 or int8, of the same shape.
        scales: float32 `(N,)`, the largest magnitude of each map.
    """
    maps = np.asarray(maps, np.float32)
    scales = np.abs(maps).max(axis=tuple(range(1, maps.ndim)), initial=0)
    shares = np.divide(maps, _spread(scales, maps.ndim), out=np.zeros_like(maps), where=maps != 0)
    if maps[:1].size <= _EXACT:
        return shares.astype(np.float16), scales
    return np.rint(np.copysign(_STEPS * np.sqrt(np.abs(shares)), shares)).astype(np.int8), scales


def restored(codes, scales):
    """Returns maps, float32 `(N, *spatial, C)`, from what `compact` made of them.

    Raises:
        InputError: If it made no such codes.
    """
    if codes.dtype not in (np.float16, np.int8) or scales.shape != codes.shape[:1]:
        raise InputError("expected maps as they are logged, received others.")
    shares = codes.astype(np.float32)
    if codes.dtype == np.int8:
        shares = np.sign(shares) * np.square(shares / _STEPS)
    return shares * _spread(scales.astype(np.float32), codes.ndim)


def _spread(scales, axes):
    return scales.reshape(-1, *[1] * (axes - 1))
