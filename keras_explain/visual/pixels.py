"""Turn what a model takes into pixels that can be shown."""

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_range
from keras_explain.errors import InputError

# What `keras.applications` takes off and divides by, of values in 0..1 and of blue-first values in 0..255.
_TORCH_MEAN, _TORCH_DEVIATION = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
_CAFFE_MEAN = np.array([103.939, 116.779, 123.68])
_TORCH = -_TORCH_MEAN / _TORCH_DEVIATION, (1 - _TORCH_MEAN) / _TORCH_DEVIATION
_CAFFE = -_CAFFE_MEAN, 255 - _CAFFE_MEAN
_SLACK = 0.05  # Share of a range by which values may lie outside of it, as after a bicubic resize.


def to_pixels(images, value_range=None):
    """Returns images or volumes as uint8 RGB.

    Args:
        images: `(N, *spatial, C)` of 1 or 3 channels.
        value_range: The values that stand for black and white. By default inferred from all images together, see
            `infer_range`; blue-first images as VGG and ResNet take them are brought into the order red, green, blue.

    Returns:
        uint8 array `(N, *spatial, 3)`.

    Raises:
        InputError: If the images have another rank or number of channels.
        OptionError: If the range is none.
    """
    images = as_numbers(images, "images", finite=True)
    if images.ndim not in (4, 5) or images.shape[-1] not in (1, 3):
        raise InputError(f"expected images of shape (N, H, W, 1 or 3) to show, received {images.shape}.")
    low, high = infer_range(images) if value_range is None else check_range(value_range, "a value range")
    blue_first = low is _CAFFE[0]
    pixels = np.clip((images.astype(np.float32) - low) / (high - low), 0, 1) * 255
    pixels = np.broadcast_to(np.rint(pixels).astype(np.uint8), (*images.shape[:-1], 3))
    return pixels[..., ::-1] if blue_first else pixels


def infer_range(images):
    """Returns the range `(low, high)` that image values most likely have; of colors perhaps one value a channel.

    Integers: 0 to 255, or to the next power of two (12 and 16 bit). Floats: 0..1, -1..1, 0..255, what the
    preprocessing of `keras.applications` makes of them, or else (standardized images) the 1st and 99th percentile.
    """
    lows, highs = (extreme(images, tuple(range(images.ndim - 1))).astype(float) for extreme in (np.min, np.max))
    low, high = lows.min(), highs.max()
    if images.dtype.kind == "b":
        return 0.0, 1.0
    if low >= 0 and high > 1 and (images.dtype.kind in "iu" or high > 255 or (images == np.rint(images)).all()):
        return 0.0, 255.0 if high <= 255 else float(2 ** np.ceil(np.log2(high + 1)) - 1)
    if images.dtype.kind == "u":
        return 0.0, 255.0

    def within(bounds):
        slack = _SLACK * (bounds[1] - bounds[0])
        return np.all(lows >= bounds[0] - slack) and np.all(highs <= bounds[1] + slack)

    if within((0.0, 1.0)):
        return 0.0, 1.0
    if low >= -16 * _SLACK and high > 16 and within((0.0, 255.0)):
        return 0.0, 255.0
    if low >= 0:
        return 0.0, high
    if within((-1.0, 1.0)):
        return -1.0, 1.0
    if images.shape[-1] == 3 and within(_TORCH):
        return _TORCH
    if images.shape[-1] == 3 and high - low > 32 and within(_CAFFE):
        return _CAFFE
    low, high = np.percentile(images, (1, 99))
    return (low, high) if low < high else (float(images.min()), float(images.max()))
