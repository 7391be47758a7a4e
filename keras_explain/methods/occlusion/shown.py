"""What shows of images where a patch is: a color, or another image."""

import numpy as np

from keras_explain.checks.arrays import as_array
from keras_explain.errors import OptionError, brief
from keras_explain.inputs.baseline import baseline_images


def check_fill(fill):
    """Returns `"mean"`, or a number or one a channel as an array.

    Raises:
        OptionError: If it is none of these.
    """
    if isinstance(fill, str) and fill == "mean":
        return fill
    values = as_array(fill, "fill", OptionError)
    if values.dtype.kind not in "iuf" or values.ndim > 1 or values.size == 0 or not np.isfinite(values).all():
        raise OptionError(f'expected fill="mean", a number or one a channel, received {brief(fill)}.')
    return values


def what_shows(fill, baseline, images):
    """Returns what shows where a patch is, of the images' shape `(N, *spatial, C)` and type.

    Args:
        fill: What `check_fill` returned.
        baseline: What `check_baseline` returned; None for `fill`.
        images: The images.

    Raises:
        OptionError: If `fill` has not one value a channel, or values that the images can't have.
        InputError: If the baseline has not, or another size.
    """
    if baseline is not None:
        return baseline_images(baseline, images)
    colors = np.asarray(_colors(fill, images), images.dtype)
    return np.broadcast_to(colors.reshape(len(images), *[1] * (images.ndim - 2), -1), images.shape)


def each_channel(images, shown):
    """Yields for each channel the images in which it alone is what shows where a patch is."""
    for channel in range(images.shape[-1]):
        changed = images.copy()
        changed[..., channel] = shown[..., channel]
        yield changed


def _colors(fill, images):
    """Returns the color that hides in each image, `(N, C)`."""
    if isinstance(fill, str):
        return images.mean(axis=tuple(range(1, images.ndim - 1)))
    values, channels = np.ravel(fill), images.shape[-1]
    if values.size not in (1, channels):
        raise OptionError(f"expected fill as one number or {channels}, one a channel, received {brief(fill)}.")
    with np.errstate(all="ignore"):  # what they can't have is refused in the next lines
        had = values.astype(images.dtype)
    if not np.allclose(had, values, atol=0):
        raise OptionError(f"expected fill as values that {images.dtype} images can have, received {brief(fill)}.")
    return np.broadcast_to(had, (len(images), channels))
