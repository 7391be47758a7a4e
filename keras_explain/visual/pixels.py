"""Turn what a model takes into pixels that can be shown."""

import numpy as np

from keras_explain.errors import InputError


def to_pixels(images, value_range=None):
    """Returns images as uint8 RGB.

    Args:
        images: `(N, H, W, C)` of 1 or 3 channels, uint8 or float.
        value_range: The values that stand for black and white. By default inferred from all images together: uint8 and
            0..255, 0..1, -1..1, or else (standardized images) the 1st and 99th percentile.

    Returns:
        uint8 array `(N, H, W, 3)`.

    Raises:
        InputError: If the images have another rank or number of channels.
    """
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise InputError(f"expected images of shape (N, H, W, 1 or 3) to show, received {images.shape}.")
    low, high = infer_range(images) if value_range is None else value_range
    images = images.astype(np.float32)
    pixels = np.clip((images - low) / max(high - low, 1e-12), 0, 1) * 255
    return np.broadcast_to(np.rint(pixels).astype(np.uint8), (*images.shape[:-1], 3))


def infer_range(images):
    """Returns the range `(low, high)` that image values most likely have."""
    low, high = images.min(), images.max()
    if images.dtype == np.uint8:
        return 0.0, 255.0
    if low >= 0:
        return (0.0, 1.0) if high <= 1 else (0.0, 255.0) if high > 16 and high <= 255 else (0.0, float(high))
    if low >= -1 and high <= 1:
        return -1.0, 1.0
    return tuple(np.percentile(images, (1, 99)))
