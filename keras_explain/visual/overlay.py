"""Lay a map over the picture that it explains."""

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_number
from keras_explain.errors import InputError
from keras_explain.maps import fitted, reduce_channels
from keras_explain.visual.colors import ALPHA, color_table, painted
from keras_explain.visual.look import check_look
from keras_explain.visual.pixels import to_pixels
from keras_explain.visual.scale import attribution_limit, beginning


def overlay(image, map, *, cmap=None, alpha=ALPHA, signed=False, limit=None, relative=False):
    """Returns an image under the colors of a map.

    The image keeps its colors; where the map is zero it is untouched, and with the value both opacity and color grow.

    Args:
        image: `(H, W)`, or `(H, W, 1 or 3)`: uint8 pixels, or numbers whose range is inferred, see `to_pixels`.
        map: `(h, w)` or `(h, w, C)`, of any size: it is resized to the image bilinearly. Of several channels the value
            of largest magnitude is shown.
        cmap: A matplotlib colormap or its name: red to yellow by default, and blue for negative values.
        alpha: Opacity of the largest values, from 0 to 1.
        signed: Whether negative values are shown, in colors of their own; else they are as zero.
        limit: Size of the value from which on the colors are the same; the map's 99.5th percentile by default.
        relative: Whether only differences within the map say something, as of RISE: its colors begin at its smallest
            value, and `limit` is one above that.

    Returns:
        uint8 array `(H, W, 3)`.

    Raises:
        InputError: If the image or the map can't be shown.
        OptionError: If an option is outside of what it allows.
    """
    signed, _, relative = check_look(signed, False, relative).values()
    table = color_table(signed, cmap, alpha)
    image, values = as_numbers(image, "an image"), as_numbers(map, "a map")
    image = image[..., np.newaxis] if image.ndim == 2 else image
    if image.ndim != 3 or image.shape[-1] not in (1, 3):
        raise InputError(f"expected an image of shape (H, W) or (H, W, 1 or 3), received {image.shape}.")
    values = values[..., np.newaxis] if values.ndim == 2 else values
    if values.ndim != 3:
        raise InputError(f"expected a map of shape (h, w) or (h, w, C), received {values.shape}.")
    pixels = image if image.dtype == np.uint8 and image.shape[-1] == 3 else to_pixels(image[np.newaxis])[0]
    values = values - beginning(values, relative)
    limit = attribution_limit(values, signed) if limit is None else limit
    values = fitted(reduce_channels(values).astype(np.float32)[np.newaxis], pixels.shape[:-1])[0, ..., 0]
    return painted(pixels, as_shares(values, limit), table)


def as_shares(values, limit):
    """Returns values as shares of the one with the outermost color; all zero where nothing is to be shown."""
    limit = check_number(limit, "limit=", 0)
    return values / limit if limit > 0 else np.zeros_like(values)
