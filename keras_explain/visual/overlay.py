"""Lay a map over the picture that it explains."""

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_number
from keras_explain.visual.heatmap import EVIDENCE, heatmap


def overlay(pixels, values, low=0.0, high=None, opacity=0.6, colormap=EVIDENCE):
    """Returns the picture in gray under the colours of a map.

    Args:
        pixels: uint8 `(H, W, 3)`.
        values: Map `(H, W)`.
        low: Value of the first colour; what is below it is shown alike.
        high: Value of the last colour; the largest by default.
        opacity: Weight of the colours, from 0 to 1.
        colormap: Name of a matplotlib colormap.

    Returns:
        uint8 array `(H, W, 3)`.
    """
    pixels = as_numbers(pixels, "pixels", (..., 3))
    values = as_numbers(values, "a map", pixels.shape[:-1])
    opacity = check_number(opacity, "opacity=", 0, 1)
    gray = pixels @ np.array([0.299, 0.587, 0.114])
    colors = heatmap(values, low, high, colormap)
    return np.rint((1 - opacity) * gray[..., np.newaxis] + opacity * colors).astype(np.uint8)
