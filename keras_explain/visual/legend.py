"""What the colors of a map stand for, in colors and in plain words."""

import re
from typing import NamedTuple

import numpy as np

from keras_explain.visual.colors import ALPHA, INK, color_table, painted

_STEPS = 256


class Legend(NamedTuple):
    """The colors of a picture from one end to the other, and what the ends mean.

    Attributes:
        colors: uint8 `(256, 3)`.
        low: What the first one means.
        high: What the last one means.
    """

    colors: np.ndarray
    low: str
    high: str


def legend(signed=False, fine=False, limit=None, cmap=None, alpha=ALPHA, relative=False):
    """Returns the `Legend` of pictures that `attribution_picture` draws with the same options.

    Args:
        signed: See `attribution_picture`, as for the next three.
        fine: Whether each pixel has a value of its own.
        cmap: Colors of a map that is laid over the input.
        alpha: Opacity of its largest values.
        limit: Value of the outermost color, to be told; None where each picture has its own.
        relative: Whether the colors begin at a map's smallest value, so that the limit is one above that.
    """
    shares = np.linspace(-1 if signed else 0, 1, _STEPS)
    white = np.full((_STEPS, 3), 255, np.uint8)
    if fine:
        gray = 0.5 + 0.5 * shares if signed else 1 - shares**INK
        colors = np.rint(white * gray[:, np.newaxis]).astype(np.uint8)
    else:
        colors = painted(white, shares, color_table(signed, cmap, alpha))
    low, high = _words(signed, fine, relative)
    if limit is not None:
        high = f"{high} {'±' if signed else '+' if relative else ''}{short(limit)}"
    return Legend(colors, low, high)


def short(value):
    """Returns a number in a few letters."""
    return re.sub(r"e([+-])0(\d)", r"e\1\2", f"{value:.2g}" if value == 0 or value >= 1e-3 else f"{value:.1e}")


def _words(signed, fine, relative):
    if relative:  # no value means that there is nothing
        return "least", "most"
    if signed and fine:  # what more of a color would do to the score
        return "lowers", "raises"
    return ("against", "for") if signed else ("none", "most")
