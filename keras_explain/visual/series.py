"""A time series as a picture: its curves, in front of the colors of a map and above a band of them."""

import numpy as np
from PIL import Image, ImageDraw

from keras_explain.maps import normalize
from keras_explain.visual.colors import painted

_WIDTH, _HEIGHT, _BAND = 448, 336, 40
_FINE = 3  # Curves are drawn this much larger and averaged, so that they look smooth.
_CURVES = 12  # More channels than that are shown as rows of gray.
_DIM = 0.6
_LIGHT = 245


def series_picture(series, shares=None, table=None):
    """Returns a picture with time from left to right, the channels below one another, each in its own range.

    Args:
        series: `(T, C)`.
        shares: Map `(T,)` as shares of the value with the outermost color, or None for the curves alone.
        table: Color and opacity of each share, see `color_table`.

    Returns:
        uint8 array `(336, 448, 3)`.
    """
    paper = np.full((1 if shares is None else len(shares), 3), _LIGHT, np.uint8)
    colors, band = (paper, 0) if shares is None else (painted(paper, shares, table), _BAND)
    height = _HEIGHT - _BAND
    strength = _lines(series, height) if series.shape[1] <= _CURVES else _rows(series, height)
    back = _DIM * _stretched(colors, height) + (1 - _DIM) * _LIGHT
    top = back * (1 - strength[..., np.newaxis])
    bottom = _stretched(colors, band or _BAND)
    return np.rint(np.concatenate([top, bottom])).astype(np.uint8)


def _stretched(colors, height):
    """Returns colors `(T, 3)` over the whole width."""
    method = Image.Resampling.NEAREST if len(colors) <= _WIDTH else Image.Resampling.BOX
    row = Image.fromarray(colors[np.newaxis]).resize((_WIDTH, 1), method)
    return np.broadcast_to(np.asarray(row), (height, _WIDTH, 3))


def _lines(series, height):
    """Returns how much ink each pixel gets from the curves, `(height, 448)` in 0..1."""
    steps, channels = series.shape
    image = Image.new("L", (_WIDTH * _FINE, height * _FINE))
    draw = ImageDraw.Draw(image)
    x = (np.arange(steps) + 0.5) * image.width / steps
    lane = image.height / channels
    thick = _FINE * (4 if channels <= 4 else 3)
    for number, curve in enumerate(series.T):
        flat = np.ptp(curve) == 0
        level = np.full(steps, 0.5) if flat else normalize(curve)
        y = lane * (number + 0.9 - 0.8 * level)
        points = list(zip(x.tolist(), y.tolist()))
        if steps == 1:
            points = [(0, points[0][1]), (image.width, points[0][1])]
        draw.line(points, 255, thick, joint="curve")
    return np.asarray(image.resize((_WIDTH, height), Image.Resampling.BOX)) / 255


def _rows(series, height):
    """Returns the values as ink, `(height, 448)` in 0..1: one row a channel, the first at the top."""
    rows = Image.fromarray(np.rint(normalize(series.T) * 255).astype(np.uint8))
    for axis, size in enumerate((_WIDTH, height)):
        wanted = (size, rows.height) if axis == 0 else (rows.width, size)
        method = Image.Resampling.NEAREST if rows.size[axis] <= size else Image.Resampling.BOX
        rows = rows.resize(wanted, method)
    return np.asarray(rows) / 255
