"""The channels of a layer as a matplotlib figure, each a picture of its own."""

import numpy as np

from keras_explain.checks.arrays import as_array, as_numbers
from keras_explain.checks.options import check_count
from keras_explain.errors import InputError, OptionError, brief
from keras_explain.visual.arguments import check_shown
from keras_explain.visual.colors import color_table, painted
from keras_explain.visual.figure import gallery
from keras_explain.visual.legend import Legend, short
from keras_explain.visual.overlay import as_shares
from keras_explain.visual.picture import attribution_picture
from keras_explain.visual.scale import PERCENTILE, attribution_limits, scale_name

# A figure of more pictures takes a minute, and none can be told from its neighbor.
_MOST = 256


def plot_channels(
    maps,
    shown=None,
    *,
    channels=None,
    columns=8,
    scale="all",
    percentile=PERCENTILE,
    cmap=None,
    size=1.0,
    dpi=None,
):
    """Returns a figure with a picture for each channel of a layer's maps of one image, in a grid, under its number.

    Below the last one a bar says what the colors stand for. Negative values have colors of their own, if there are any.

    Args:
        maps: `(*spatial, K)`, as `Activations` returns them for one image.
        shown: The input, as `showable` makes it, to lay the maps over; None for maps `(H, W, K)` by themselves at their
            own size: on black, signed ones on white.
        channels: The numbers of the channels to be shown; all of up to 256 by default.
        columns: How many stand in a row.
        scale: `"all"` for the same colors in all channels, `"image"` for each channel's own, or the value of the
            outermost color.
        percentile: From which percentile on values look alike.
        cmap: A matplotlib colormap or its name, see `color_table`.
        size: Height of a picture in inches.
        dpi: Dots an inch, see `gallery`.

    Raises:
        InputError: If the maps are none, or don't fit `shown`.
        OptionError: If an option is outside of what it allows.
    """
    maps, columns = as_numbers(maps, "maps of one image", (..., None)), check_count(columns, "columns")
    if shown is None and maps.ndim != 3:
        raise InputError(f"expected maps of one image (H, W, K), or shown= as well, received shape {maps.shape}.")
    channels = _chosen(channels, maps.shape[-1])
    maps = np.moveaxis(maps[..., channels], -1, 0)[..., np.newaxis].astype(np.float32)
    signed = bool((maps < 0).any())
    limits = attribution_limits(maps, signed, scale, percentile)
    paper = 0 if shown is None and not signed else 255
    if shown is None:
        table, plain = color_table(signed, cmap, 1), np.full((*maps.shape[1:3], 3), paper, np.uint8)
        pictures = [painted(plain, as_shares(one[..., 0], limit), table) for one, limit in zip(maps, limits)]
    else:
        table, shown = color_table(signed, cmap), check_shown(shown)
        pictures = [attribution_picture(shown, one, signed, limit, cmap=cmap) for one, limit in zip(maps, limits)]
    bar = _bar(signed, None if scale == "image" else limits[0], table, paper)
    starts = range(0, len(pictures), columns)
    titles = [str(channel) for channel in channels]
    legends = [None] * (len(starts) - 1) + [[None] * ((len(pictures) - 1) % columns) + [bar]]
    return gallery(
        [pictures[start : start + columns] for start in starts],
        titles=[titles[start : start + columns] for start in starts],
        size=size,
        note=scale_name(scale, percentile, "channel", "all channels"),
        legends=legends,
        dpi=dpi,
    )


def _chosen(channels, count):
    """Returns the numbers of the channels to be shown."""
    if channels is None and count > _MOST:
        raise OptionError(f"expected up to {_MOST} channels, received {count}: choose some by channels=range(64).")
    chosen = as_array(range(count) if channels is None else channels, "channels", OptionError)
    if chosen.dtype.kind not in "iu" or chosen.ndim != 1 or not 1 <= len(chosen) <= _MOST:
        raise OptionError(f"expected channels= as 1 to {_MOST} numbers of channels, received {brief(channels)}.")
    if chosen.min() < 0 or chosen.max() >= count:
        raise OptionError(f"expected channels= from 0 to {count - 1}, received {brief(channels)}.")
    return chosen.tolist()


def _bar(signed, limit, table, paper):
    """Returns the `Legend` of activations, which speak neither for nor against a class."""
    shares = np.linspace(-1 if signed else 0, 1, 256)
    colors = painted(np.full((256, 3), paper, np.uint8), shares, table)
    if limit is None:
        return Legend(colors, "below 0" if signed else "0", "above" if signed else "most")
    return Legend(colors, f"-{short(limit)}" if signed else "0", short(limit))
