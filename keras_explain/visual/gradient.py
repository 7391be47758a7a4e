"""Signed gradients by the input as papers show them: as a color image, with gray for none."""

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.errors import InputError
from keras_explain.visual.overlay import as_shares
from keras_explain.visual.scale import attribution_limit


def gradient_picture(values, limit=None):
    """Returns each channel's gradient as that color's brightness, 0 being the middle gray.

    As guided backpropagation and the deconvnet are shown: Springenberg et al. 2015, arXiv:1412.6806, figure 3.

    Args:
        values: Map `(H, W, 1 or 3)`, signed.
        limit: Size of the values that become black and white; the 99.5th percentile by default.

    Returns:
        uint8 array `(H, W, 3)`.

    Raises:
        InputError: If the map has another rank or number of channels.
    """
    values = as_numbers(values, "a map").astype(np.float32, copy=False)
    if values.ndim != 3 or values.shape[-1] not in (1, 3):
        raise InputError(f"expected a map of shape (H, W, 1 or 3) to show as a color image, received {values.shape}.")
    limit = attribution_limit(values, signed=True) if limit is None else limit
    brightness = 0.5 + 0.5 * np.clip(np.nan_to_num(as_shares(values, limit)), -1, 1)
    return np.broadcast_to(np.rint(brightness * 255).astype(np.uint8), (*values.shape[:-1], 3))
