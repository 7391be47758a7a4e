"""The usual picture of a map: an overlay, or a diverging heatmap where the sign means something."""

import numpy as np

from keras_explain.maps import reduce_channels
from keras_explain.visual.heatmap import signed_heatmap
from keras_explain.visual.overlay import overlay

_TOP = 99.5  # Percentile from which on values look alike: a few extreme pixels would leave the rest dark.


def attribution_picture(pixels, values, signed=False):
    """Returns a map as a picture: `signed`, in diverging colors, or else laid over the image, negative values as zero.

    Args:
        pixels: uint8 `(H, W, 3)`, the image that is explained.
        values: Map `(H, W, C)`; of several channels the value of largest magnitude is shown.
        signed: Whether negative values are shown in colors of their own.

    Returns:
        uint8 array `(H, W, 3)`.
    """
    values = reduce_channels(values)[..., 0]
    if signed:
        return signed_heatmap(values, _top(np.abs(values)))
    return overlay(pixels, values, high=_top(values))


def _top(values):
    top = np.percentile(values, _TOP)
    return top if top > 0 else values.max()
