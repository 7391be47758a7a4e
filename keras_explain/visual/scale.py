"""Which values get the first and the outermost color: of each map, of all maps together, or fixed ones."""

import numpy as np

from keras_explain.checks.options import check_number, is_number
from keras_explain.errors import OptionError, brief
from keras_explain.maps import reduce_channels

PERCENTILE = 99.5  # From it on values look alike: a few extreme pixels would leave the rest dark.


def beginning(maps, relative=False, each=0):
    """Returns the value at which the colors of maps begin, to be subtracted from them before anything else is done.

    Args:
        maps: Array `(..., *spatial, C)`.
        relative: Whether only differences within a map say something, so that its colors begin at its smallest value.
        each: How many of the first axes number the maps.

    Returns:
        0, or where `relative` the smallest finite value of each map, an array of as many axes as `maps`.
    """
    if not relative:
        return 0
    axes = tuple(range(each, maps.ndim))
    smallest = np.min(1.0 * maps, axes, keepdims=True, initial=np.inf, where=np.isfinite(maps))
    return np.nan_to_num(smallest, posinf=0)


def attribution_limit(values, signed=False, percentile=PERCENTILE):
    """Returns the value of the outermost color that a map, or several together, have by themselves.

    Args:
        values: Array `(..., C)`; of several channels the value of largest magnitude counts.
        signed: Whether negative values are shown as well, so that their size counts.
        percentile: From which percentile on values look alike, 100 for the largest.

    Returns:
        float; 0 if there is nothing to show.

    Raises:
        OptionError: If the percentile is outside of 0 to 100.
    """
    percentile = check_number(percentile, "percentile=", 0, 100, above=True)
    values = reduce_channels(values)
    values = 1.0 * values[np.isfinite(values)]
    if values.size == 0:
        return 0.0
    values = np.abs(values) if signed else values
    top = np.percentile(values, percentile)
    return max(float(top if top > 0 else values.max()), 0.0)


def attribution_limits(maps, signed=False, scale="image", percentile=PERCENTILE):
    """Returns one value of the outermost color a map.

    Args:
        maps: Array `(N, *spatial, C)`.
        signed: Whether negative values are shown as well.
        scale: `"image"` for each map's own, `"all"` for one of all maps together, or the value itself.
        percentile: See `attribution_limit`.

    Raises:
        OptionError: If the scale is none of these.
    """
    if isinstance(scale, str) and scale == "image":
        return [attribution_limit(values, signed, percentile) for values in maps]
    if isinstance(scale, str) and scale == "all":
        return [attribution_limit(maps, signed, percentile)] * len(maps)
    check_number(percentile, "percentile=", 0, 100, above=True)
    if not is_number(scale) or scale <= 0:
        raise OptionError(f'expected scale= "image", "all" or a number above 0, received {brief(scale)}.')
    return [float(scale)] * len(maps)


def scale_name(scale, percentile=PERCENTILE, each="map", together="all maps of a method"):
    """Returns in words which maps share their colors, to be written beside the pictures."""
    top = "" if percentile == 100 else f", up to its {float(percentile):g}th percentile"
    named = {"image": f"colors: each {each} by itself{top}", "all": f"colors: {together} together{top}"}
    return named[scale] if isinstance(scale, str) else f"colors: the same for all maps, up to {float(scale):.3g}"
