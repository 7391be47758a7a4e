"""Numbers that say where a map's evidence is: how much each place counts, and how concentrated that is."""

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_flag
from keras_explain.errors import InputError
from keras_explain.maps import reduce_channels


def evidence(maps, signed=False):
    """Returns how much each place counts, `(N, *spatial)`: the magnitude of `signed` maps, else the positive part.

    Args:
        maps: Raw maps `(N, *spatial, C)`; of several channels the value of largest magnitude counts.
        signed: Whether negative values speak for the score's dependence as positive ones do.
    """
    values = reduce_channels(as_numbers(maps, "maps", (None, ..., None)))[..., 0]
    check_flag(signed, "signed=")
    return np.abs(values) if signed else np.maximum(values, 0)


def concentration(places):
    """Returns the Gini coefficient of each map: 0 where all places count alike, `1 - 1/n` where one of n counts alone.

    `G = sum_i (2 i - n - 1) x_i / (n sum_i x_i)` over the n values in ascending order. A map that is zero everywhere
    has 0.

    Source: N. Hurley, S. Rickard, 2009, arXiv:0811.4706, section II, which compares it with entropy and others.

    Args:
        places: `(N, *spatial)`, not negative, as `evidence` returns them.
    """
    places = check_places(places)
    values = np.sort(np.reshape(places, (len(places), -1)), axis=1)
    count, total = values.shape[1], values.sum(axis=1, dtype=np.float64)
    weighted = values @ (2.0 * np.arange(1, count + 1) - count - 1)
    return np.divide(weighted, count * total, out=np.zeros_like(total), where=total > 0)


def check_places(places):
    """Returns how much places count as an array `(N, *spatial)`.

    Raises:
        InputError: If it is none, or some count less than nothing.
    """
    places = as_numbers(places, "places", (None, ...), finite=True)
    if places.min() < 0:
        raise InputError(f"expected places that count from 0, received {places.min():.3g}; see metrics.evidence.")
    return places
