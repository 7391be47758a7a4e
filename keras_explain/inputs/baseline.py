"""Baselines: what is shown in place of an image, or of a part of it, where its own evidence is taken away."""

import numpy as np

from keras_explain.checks.arrays import as_array
from keras_explain.errors import InputError, OptionError, brief

_NAMED = ("blur", "mean")
# The standard deviation of a blur as a share of each side: 14 pixels of 224, beyond which no part is recognized.
_BLUR = 1 / 16


def check_baseline(value, name="baseline="):
    """Returns a baseline as it can be made of any images: a text, or an array of finite numbers.

    Args:
        value: `"blur"`, each image blurred; `"mean"`, each image's own channel means; a number; one a channel; an image
            `(*spatial, C)`; or one for each image `(N, *spatial, C)`.
        name: The option's name.

    Raises:
        OptionError: If it is none of these.
    """
    if isinstance(value, str):
        if value in _NAMED:
            return value
        raise OptionError(f'expected {name} "blur", "mean", a number, one a channel or an image, received "{value}".')
    values = as_array(value, name.removesuffix("="), OptionError)
    if values.dtype.kind not in "iuf" or values.size == 0 or not np.isfinite(values).all():
        raise OptionError(f'expected {name} "blur", "mean", or finite numbers, received {brief(value)}.')
    return values


def baseline_images(baseline, images):
    """Returns the baseline of each image, an array of the shape and type of `images`.

    Args:
        baseline: What `check_baseline` returned.
        images: `(N, *spatial, C)`.

    Raises:
        InputError: If the baseline doesn't fit the images, or has values that these can't have.
    """
    if isinstance(baseline, str):
        places = tuple(range(1, images.ndim - 1))
        made = blurred(images) if baseline == "blur" else images.mean(axis=places, keepdims=True)
        return np.broadcast_to(as_images(made, images.dtype), images.shape)
    *size, channels = images.shape[1:]
    if baseline.shape not in ((), (1,), (channels,), images.shape[1:], images.shape):
        raise InputError(
            f"expected a baseline of one number, {channels}, one a channel, or {(*size, channels)}, an image, received "
            f"{baseline.shape}."
        )
    with np.errstate(all="ignore"):  # what they can't have is refused in the next lines
        had = baseline.astype(images.dtype)
    if not np.allclose(had, baseline, atol=0):
        raise InputError(f"expected a baseline that {images.dtype} images can have, received {brief(baseline)}.")
    return np.broadcast_to(had, images.shape)


def as_images(values, dtype):
    """Returns values as images of this type can have them: rounded, where it is one of whole numbers."""
    return (np.rint(values) if dtype.kind in "iu" else values).astype(dtype)


def blurred(images, sigma=None, radius=np.inf):
    """Returns images `(N, *spatial, C)` as floats, each axis convolved with a Gaussian.

    Beyond the border nothing is seen: the weights within it are divided by their sum.

    Args:
        images: Array of numbers.
        sigma: Standard deviation in pixels; by default a sixteenth of each side.
        radius: Number of pixels to each side beyond which nothing is seen either.
    """
    found = images.astype(np.result_type(images.dtype, np.float32))
    for axis, side in enumerate(images.shape[1:-1], start=1):
        distance = np.subtract.outer(np.arange(side), np.arange(side))
        weights = np.exp(-0.5 * (distance / (_BLUR * side if sigma is None else sigma)) ** 2).astype(found.dtype)
        weights[np.abs(distance) > radius] = 0
        weights /= weights.sum(axis=1, keepdims=True)
        found = np.moveaxis(np.tensordot(weights, found, (1, axis)), 0, axis)
    return found
