"""Inputs and maps as matplotlib plots: one into given axes, or many as a figure."""

import matplotlib
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_count, check_flag, check_text
from keras_explain.visual.arguments import check_axes, check_maps, check_signed, check_texts, each_of
from keras_explain.visual.figure import gallery, show
from keras_explain.visual.gradient import gradient_picture
from keras_explain.visual.heatmap import EVIDENCE, SIGNED
from keras_explain.visual.picture import attribution_picture, input_picture
from keras_explain.visual.scale import PERCENTILE, attribution_limits, scale_name
from keras_explain.visual.text import legible_lines

_ABOVE = 48  # Letters of a line above a single plot.


def plot_input(shown, ax=None, title="input"):
    """Draws an input, as `showable` makes it, and returns the matplotlib `Axes`: `ax`, or those of a new figure."""
    picture, title, ax = input_picture(shown), check_text(title, "title="), _axes(ax)
    _show(ax, picture, title)
    return ax


def plot_attribution(
    shown, values, ax=None, *, signed=False, scale="image", percentile=PERCENTILE, bar=True, title=None
):
    """Draws a map over its input, with a bar that says what the colors stand for.

    Args:
        shown: The input, as `showable` makes it.
        values: Map `(*spatial, C)`.
        ax: matplotlib `Axes` to draw into; those of a new figure by default.
        signed: Whether negative values are shown in colors of their own.
        scale: `"image"`, or the value of the outermost color.
        percentile: From which percentile of the map on values look alike, with `scale="image"`.
        bar: Whether to draw the bar.
        title: Text above it.

    Returns:
        The `Axes`.
    """
    values, signed, bar = (
        as_numbers(values, "a map", (..., None)),
        check_flag(signed, "signed="),
        check_flag(bar, "bar="),
    )
    (limit,) = attribution_limits(values[None], signed, scale, percentile)
    picture, title, ax = attribution_picture(shown, values, signed, limit), check_text(title, "title="), _axes(ax)
    _show(ax, picture, title)
    if bar:
        bar = _bar(ax.figure, ax, limit, signed, fraction=0.05, shrink=0.8)
        bar.set_label("attribution" if scale != "image" else f"up to {scale_name(scale, percentile)}", fontsize=8)
    return ax


def plot_gradient(values, ax=None, *, limit=None, title=None):
    """Draws a signed map `(H, W, 1 or 3)` as a color image, see `gradient_picture`, and returns the `Axes`."""
    picture, title, ax = gradient_picture(values, limit), check_text(title, "title="), _axes(ax)
    _show(ax, picture, title)
    return ax


def plot_attributions(
    shown,
    maps,
    signed=(),
    *,
    scale="image",
    percentile=PERCENTILE,
    input_titles=None,
    row_titles=None,
    boxes=None,
    size=1.8,
):
    """Returns a figure with one row an input, which comes first, and one column a method.

    Args:
        shown: N inputs, as `showable` makes them.
        maps: By title of the column, arrays `(N, *spatial, C)`.
        signed: Titles of those whose negative values are shown in colors of their own.
        scale: `"image"` for each map's own colors; `"all"` for the same in all maps of a column, or the value of the
            outermost color, both with a color bar.
        percentile: From which percentile on values look alike.
        input_titles: Text above each input; "input" above the first by default.
        row_titles: Text beside each row.
        boxes: See `gallery`.
        size: Height of a picture in inches.
    """
    shown = each_of(shown, "inputs")
    maps = check_maps(maps, len(shown))
    signed, input_titles = check_signed(signed, maps), check_texts(input_titles, "input_titles", len(shown))
    rows, limits = [[input_picture(one)] for one in shown], {}
    for title, arrays in maps.items():
        limits[title] = attribution_limits(arrays, title in signed, scale, percentile)
        for row, one, values, limit in zip(rows, shown, arrays, limits[title]):
            row.append(attribution_picture(one, values, title in signed, limit))
    note = f"outermost color: {scale_name(scale, percentile)}"
    above = ["input"] if input_titles is None else input_titles
    titles = [[title, *([None] * len(maps) if i else maps)] for i, title in enumerate(above)]
    titles += [None] * (len(rows) - len(titles))
    figure = gallery(rows, row_titles=row_titles, boxes=boxes, size=size, titles=titles, note=note)
    if scale != "image":
        across = len(maps) + 1
        for column, title in enumerate(maps, start=1):
            axes = figure.axes[column : len(rows) * across : across]
            _bar(figure, axes, limits[title][0], title in signed, location="bottom", pad=0.02, shrink=0.9, aspect=14)
    return figure


def plot_comparison(shown, maps, class_titles, signed=(), *, scale="image", percentile=PERCENTILE, size=1.8):
    """Returns a figure that compares classes: a row for each input and method, and one column a class.

    Args:
        shown: N inputs, as `showable` makes them.
        maps: By the title of their rows, arrays `(N, K, *spatial, C)`.
        class_titles: For each input the titles of its K classes.
        signed: Titles of those whose negative values are shown in colors of their own.
        scale: `"image"` for the same colors in a row; `"all"` for the same in all rows of a method, or the value of the
            outermost color.
        percentile: From which percentile on values look alike.
        size: Height of a picture in inches.
    """
    shown = each_of(shown, "inputs")
    maps = check_maps(maps, len(shown), None)
    signed, class_titles = check_signed(signed, maps), each_of(class_titles, "class_titles", len(shown))
    limits = {title: attribution_limits(arrays, title in signed, scale, percentile) for title, arrays in maps.items()}
    rows, titles = [], []
    for i, one in enumerate(shown):
        for title, arrays in maps.items():
            limit = limits[title][i]
            pictures = [attribution_picture(one, values, title in signed, limit) for values in arrays[i]]
            first = len(rows) % len(maps) == 0
            rows.append([input_picture(one) if first else None, *pictures])
            above = check_texts(class_titles[i], "each of class_titles", len(arrays[i])) or ()
            titles.append(["input", *above] if first else None)
    note = f"outermost color: {scale_name(scale, percentile, 'row')}"
    return gallery(rows, row_titles=list(maps) * len(shown), size=size, titles=titles, note=note)


def plot_classes(pictures, titles, columns=5, size=1.8):
    """Returns a figure with pictures uint8 `(N, H, W, 3)` in a grid, each under its title."""
    pictures, columns = each_of(pictures, "pictures"), check_count(columns, "columns")
    titles = each_of(titles, "titles", len(pictures))
    starts = range(0, len(pictures), columns)
    rows = [pictures[start : start + columns] for start in starts]
    return gallery(rows, titles=[titles[start : start + columns] for start in starts], size=size)


def _axes(ax):
    return check_axes(ax) or Figure(figsize=(3.2, 3), layout="constrained").add_subplot()


def _show(ax, picture, title):
    show(ax, picture, "\n".join(legible_lines(title or "", _ABOVE)))


def _bar(figure, axes, limit, signed, **options):
    limit = limit or 1.0
    norm = Normalize(-limit if signed else 0.0, limit)
    colors = ScalarMappable(norm, matplotlib.colormaps[SIGNED if signed else EVIDENCE])
    bar = figure.colorbar(colors, ax=axes, **options)
    ticks = [norm.vmin, (norm.vmin + norm.vmax) / 2, norm.vmax]
    bar.set_ticks(ticks, labels=[f"{tick:.2g}" for tick in ticks])
    bar.ax.tick_params(labelsize=7)
    bar.outline.set_visible(False)
    return bar
