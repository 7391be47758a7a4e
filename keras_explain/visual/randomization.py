"""Maps as more and more of a network is redrawn, and how alike they stay."""

import numpy as np
from matplotlib.figure import Figure

from keras_explain.checks.options import check_text
from keras_explain.visual.arguments import check_maps, each_of
from keras_explain.visual.figure import show
from keras_explain.visual.fonts import cover
from keras_explain.visual.look import check_look
from keras_explain.visual.picture import attribution_picture, input_picture
from keras_explain.visual.scale import attribution_limits, beginning
from keras_explain.visual.text import legible_lines

_SIDE = 1.3  # Inches of a picture.
_CURVES = 2.9  # Inches of the curves' height, the names of the layers included.
_LETTERS = 16  # Of a line above a picture.
_LOOKS = [
    {"color": "#d1495b", "marker": "o"},
    {"color": "#00798c", "marker": "s"},
    {"color": "0.45", "linestyle": ":", "marker": "."},
    {"color": "0.45", "linestyle": "--", "marker": "."},
]


def plot_randomization(
    shown, maps, steps, curves, points, levels, *, signed=False, fine=False, relative=False, title=None
):
    """Returns a figure: a row of maps an image, and below them how alike these are.

    Args:
        shown: Inputs, as `showable` makes them; None to draw no maps.
        maps: By title of the column, arrays `(N, *spatial, C)`.
        steps: Names of the steps of the curves.
        curves: `{name: numbers}`, up to four, each with a number a step; one of none, or of no numbers, isn't drawn.
        points: `{name: number}`, beside the curves.
        levels: `{name: number}`, lines across.
        signed: See `attribution_picture`, as for the next.
        fine: Whether each pixel of the maps has a value of its own.
        relative: Whether the colors of each map begin at its own smallest value.
        title: Text above the figure.
    """
    look = check_look(signed, fine, relative)
    shown = [] if shown is None else each_of(shown, "inputs")
    maps = check_maps(maps, len(shown)) if shown else {}
    columns = 1 + len(maps)
    wide = max(_SIDE * columns, 7)
    figure = Figure((wide, _SIDE * len(shown) + _CURVES + 0.5), layout="constrained")
    grid = figure.add_gridspec(len(shown) + 1, columns, height_ratios=[*[_SIDE] * len(shown), _CURVES])
    maps = {name: arrays - beginning(arrays, relative, each=1) for name, arrays in maps.items()}
    limits = {name: attribution_limits(arrays, signed) for name, arrays in maps.items()}
    for i, one in enumerate(shown):
        pictures = {"input": input_picture(one)}
        for name, arrays in maps.items():
            pictures[name] = attribution_picture(one, arrays[i], limit=limits[name][i], **look)
        for j, (name, picture) in enumerate(pictures.items()):
            above = "" if i else "\n".join(legible_lines(name.split("/")[-1], _LETTERS))
            show(figure.add_subplot(grid[i, j]), picture, above)
    _draw_curves(figure.add_subplot(grid[-1, :]), steps, curves, points, levels)
    if title is not None:
        figure.suptitle(check_text(title, "title="), fontsize=11, parse_math=False)
    cover(figure)
    return figure


def _draw_curves(axis, steps, curves, points, levels):
    drawn = 0
    for look, (name, values) in zip(_LOOKS, curves.items()):
        if np.isfinite(values).any():
            axis.plot(range(len(values)), values, label=name, linewidth=1.4, markersize=4, **look)
            drawn += 1
    places = range(len(steps), len(steps) + len(points))
    if points:
        axis.plot(places, list(points.values()), "D", color="#30638e", markersize=6)
    for style, (name, value) in zip(("-.", "-"), levels.items()):
        axis.axhline(value, color="0.6", linewidth=0.9, linestyle=style, zorder=0)
        beside = {"xycoords": ("axes fraction", "data"), "fontsize": 8, "color": "0.4", "va": "center"}
        axis.annotate(name, (1.01, value), **beside)
    names = [*(name.split("/")[-1] for name in steps), *points]
    axis.set_xticks(range(len(names)), names, rotation=35, ha="right", fontsize=8, parse_math=False)
    axis.set_ylim(min(-0.1, *axis.get_ylim()), 1.05)
    axis.set_ylabel("rank correlation", fontsize=9)
    axis.tick_params(axis="y", labelsize=8)
    axis.spines[["top", "right"]].set_visible(False)
    if drawn:
        axis.legend(fontsize=8, frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=drawn)
