"""Signed gradients by the input as papers show them: as a color image, with gray for none."""

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_number
from keras_explain.errors import InputError

_DEVIATIONS = 3.0


def gradient_picture(values, limit=None):
    """Returns each channel's gradient as that color's brightness, 0 being the middle gray.

    As guided backpropagation and the deconvnet are shown: Springenberg et al. 2015, arXiv:1412.6806, figure 3.

    Args:
        values: Map `(H, W, 1 or 3)`, signed.
        limit: Size of the values that become black and white; three times the root mean square by default.

    Returns:
        uint8 array `(H, W, 3)`.

    Raises:
        InputError: If the map has another rank or number of channels.
    """
    values = as_numbers(values, "a map").astype(np.float32, copy=False)
    if values.ndim != 3 or values.shape[-1] not in (1, 3):
        raise InputError(f"expected a map of shape (H, W, 1 or 3) to show as a color image, received {values.shape}.")
    limit = None if limit is None else check_number(limit, "limit=", 0)
    limit = _DEVIATIONS * float(np.sqrt(np.mean(np.square(values, dtype=np.float64)))) if limit is None else limit
    brightness = 0.5 + 0.5 * np.clip(values / limit, -1, 1) if limit > 0 else np.full_like(values, 0.5)
    return np.broadcast_to(np.rint(brightness * 255).astype(np.uint8), (*values.shape[:-1], 3))
