"""Magnitudes of single pixels as ink on white paper: speckle that would be lost over a photograph."""

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_number
from keras_explain.maps import reduce_channels
from keras_explain.visual.colors import INK
from keras_explain.visual.overlay import as_shares
from keras_explain.visual.scale import attribution_limit


def ink_picture(values, limit=None):
    """Returns a map of magnitudes as ink: white where it is zero, black from the limit on, by the square root.

    Args:
        values: Map `(H, W, C)`; of several channels the value of largest magnitude is shown, negative ones as zero.
        limit: Value from which on all is black; the map's 99.5th percentile by default.

    Returns:
        uint8 array `(H, W, 3)`.
    """
    values = as_numbers(values, "a map", (None, None, None)).astype(np.float32, copy=False)
    limit = attribution_limit(values) if limit is None else check_number(limit, "limit=", 0)
    shares = np.clip(np.nan_to_num(as_shares(reduce_channels(values), limit)), 0, 1)
    brightness = np.rint(255 * (1 - shares**INK)).astype(np.uint8)
    return np.broadcast_to(brightness, (*values.shape[:-1], 3))
