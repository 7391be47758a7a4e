"""A grid of pictures as a matplotlib figure."""

import math
import textwrap

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from keras_explain.checks.options import check_text
from keras_explain.errors import InputError
from keras_explain.visual.arguments import check_boxes, check_dpi, check_picture, check_size, check_texts, each_of
from keras_explain.visual.fonts import cover
from keras_explain.visual.text import breadth, legible_lines

_LETTER = 0.085  # Inches that a letter of a title takes.
_LINES = 3  # A line of a title is broken into so many, and what is longer is shortened.
_COARSEST, _SHARPEST = 100, 300  # Dots an inch.
_SPARED = 0.9  # Share of a picture's height that the layout leaves of it at least.
_BESIDE = 48  # Letters of a line beside a row.
_LINE = 0.13  # Inches that a line below a picture takes.
_PLAIN = {"parse_math": False, "usetex": False}  # Names of classes hold dollars, backslashes and percents.


def gallery(
    rows,
    columns=None,
    row_titles=None,
    boxes=None,
    size=1.8,
    titles=None,
    note=None,
    legends=None,
    captions=None,
    dpi=None,
):
    """Returns a figure with one row an image and one column a way to see it.

    Args:
        rows: For each row the pictures, uint8 arrays `(H, W, 3)`; None leaves a place empty.
        columns: Title of each column, above the first row.
        row_titles: Text beside each row.
        boxes: For each row a box `(top, left, bottom, right)` in pixels to draw into all its pictures, or None.
        size: Height of a picture in inches; long ones are as wide as a picture of 3:1 at most.
        titles: For each row a title of each of its pictures, in place of `columns`.
        note: A line of small text below them all.
        legends: For each row, or None, the `Legend` below each of its pictures, or None.
        captions: For each row the lines below each of its pictures and their legend, or None.
        dpi: Dots an inch; by default as many as show each pixel of the pictures, up to 300.

    Returns:
        A `matplotlib.figure.Figure` that belongs to no window.
    """
    rows = [
        [None if picture is None else check_picture(picture) for picture in each_of(row, "each of rows")]
        for row in each_of(rows, "rows")
    ]
    if rows[0][0] is None:
        raise InputError("expected a first picture, received None; only other places may be empty.")
    columns = check_texts(columns, "columns", len(rows[0]))
    row_titles, boxes = check_texts(row_titles, "row_titles", len(rows)), check_boxes(boxes, len(rows))
    size, note, dpi = check_size(size), check_text(note, "note"), None if dpi is None else check_dpi(dpi)
    legends, captions = legends or [None] * len(rows), captions or [[None] * len(row) for row in rows]
    height, width = rows[0][0].shape[:2]
    across = max(map(len, rows))
    tall = size * min(1, 3 * height / width)
    wide = max(tall * width / height, 0.6 * size)
    titles = [columns] if titles is None else each_of(titles, "titles")
    titles = [*titles, *[None] * (len(rows) - len(titles))]
    titles = [check_texts(above, "titles", len(row)) or () for above, row in zip(titles, rows)]
    titles = [[_wrapped(title, wide) for title in above] for above in titles]
    row_titles = ["\n".join(legible_lines(text, _BESIDE)) for text in row_titles or ()]
    lines = [max((title.count("\n") + 1 for title in row), default=0) for row in titles]
    texts = max((breadth(line) for text in row_titles for line in text.splitlines()), default=0)
    bars = sum(any(row or ()) for row in legends)
    below = sum(max((text.count("\n") + 1 for text in row if text), default=0) for row in captions)
    total = tall * len(rows) + 0.19 * sum(lines) + 0.3 * bars + _LINE * below + 0.2 + (0.2 if note else 0)
    highest = max(picture.shape[0] for row in rows for picture in row if picture is not None)
    inches = (wide * across + 0.08 * texts + 0.3, total)
    figure = Figure(inches, dpi or _sharp(highest, tall), layout="constrained")
    axes = figure.subplots(len(rows), across, squeeze=False)
    for i, row in enumerate(rows):
        for j in range(across):
            axis = axes[i, j]
            if j == 0 and row_titles:
                axis.set_ylabel(row_titles[i], rotation=0, ha="right", va="center", fontsize=9, **_PLAIN)
            if j >= len(row) or row[j] is None:
                axis.set(xticks=[], yticks=[], facecolor="none")
                axis.spines[:].set_visible(False)
                continue
            show(axis, row[j], titles[i][j] if titles[i] else "")
            if boxes and boxes[i] is not None:
                top, left, bottom, right = boxes[i]
                corner = (left - 0.5, top - 0.5)
                axis.add_patch(
                    Rectangle(corner, right - left, bottom - top, fill=False, color="#00d0ff", linewidth=1.2)
                )
            if captions[i][j]:
                axis.set_xlabel(captions[i][j], loc="left", labelpad=2, fontsize=7, color="0.3", **_PLAIN)
            if legends[i] and j < len(legends[i]) and legends[i][j] is not None:
                lines = captions[i][j].count("\n") + 1 if captions[i][j] else 0
                draw_legend(axis, legends[i][j], lines * _LINE / tall)
    if note:
        figure.supxlabel(note, fontsize=8, color="0.35", **_PLAIN)
    cover(figure)
    figure.draw_without_rendering()  # The first layout knows no aspect, and would cut titles off.
    return figure


def pixels_of(figure):
    """Returns the pixels of a `matplotlib.figure.Figure`, uint8 `(height, width, 3)`."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def _sharp(height, inches):
    """Returns how many dots an inch show each pixel of such pictures: a fine map that is shrunk would alias."""
    return min(max(_COARSEST, math.ceil(height / (_SPARED * inches))), _SHARPEST)


def _wrapped(title, inches):
    """Returns a title in lines that are about as wide as a picture."""
    letter = breadth(title) / len(title) if title else 1
    width = int(max(inches / _LETTER, 8) / letter)
    lines = legible_lines(title or "", _LINES * width)
    return "\n".join(textwrap.fill(line, width, break_on_hyphens=False) for line in lines)


def draw_legend(axis, legend, below=0.0):
    """Draws a `Legend` below a picture in matplotlib axes: a bar of its colors, and what the ends mean.

    Args:
        axis: The axes.
        legend: The `Legend`.
        below: How much room text below the picture takes, as a share of the picture's height.
    """
    strip = axis.inset_axes((0, -0.1 - below, 1, 0.04))
    strip.imshow(legend.colors[np.newaxis], aspect="auto", interpolation="nearest")
    last = len(legend.colors) - 1
    strip.set_xticks([0, last], labels=[legend.low, legend.high])
    strip.tick_params(length=0, pad=2, labelsize=8)
    strip.set_yticks([])
    strip.spines[:].set(linewidth=0.4, color="0.6")
    for label, side in zip(strip.get_xticklabels(), ("left", "right")):
        label.set_horizontalalignment(side)


def show(axis, picture, title=None):
    """Draws a picture into matplotlib axes, without ticks and frame."""
    axis.imshow(picture, interpolation="antialiased")  # small ones stay crisp, and none aliases
    axis.set(xticks=[], yticks=[])
    axis.spines[:].set_visible(False)
    if title:
        axis.set_title(title, fontsize=10, **_PLAIN)
