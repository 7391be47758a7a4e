"""Colour maps: perceptually uniform for evidence, diverging with zero in the middle for signed values."""

import matplotlib
import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_number
from keras_explain.errors import OptionError, brief, near
from keras_explain.maps import normalize

EVIDENCE = "inferno"
SIGNED = "RdBu_r"


def heatmap(values, low=0.0, high=None, colormap=EVIDENCE):
    """Returns values as colours.

    Args:
        values: Array `(...)`, a map without its channel axis.
        low: Value of the first colour; what is below it is shown alike.
        high: Value of the last colour; the largest by default.
        colormap: Name of a matplotlib colormap.

    Returns:
        uint8 array `(..., 3)`.
    """
    values = as_numbers(values, "a map", (None, ...))
    low, high = (None if end is None else check_number(end, name) for end, name in ((low, "low="), (high, "high=")))
    if low is not None and high is not None and low > high:
        raise OptionError(f"expected low= up to high=, received {low:g} and {high:g}.")
    if not isinstance(colormap, str) or colormap not in matplotlib.colormaps:
        hint = near(colormap, matplotlib.colormaps)
        raise OptionError(f"expected colormap= as a name of a colormap, received {brief(colormap)}; {hint}")
    return matplotlib.colormaps[colormap](normalize(values, low, high), bytes=True)[..., :3]


def signed_heatmap(values, limit=None, colormap=SIGNED):
    """Returns signed values as colours, zero being the middle one.

    Args:
        values: Array `(...)`, a map without its channel axis.
        limit: Size of the values that get the outermost colours; the largest by default.
        colormap: Name of a diverging matplotlib colormap.

    Returns:
        uint8 array `(..., 3)`.
    """
    values = as_numbers(values, "a map", (None, ...))
    limit = float(np.abs(values).max()) if limit is None else check_number(limit, "limit=", 0)
    if limit <= 0:  # all zero: the middle color, not the lowest
        limit = 1.0
    return heatmap(values, -limit, limit, colormap)
