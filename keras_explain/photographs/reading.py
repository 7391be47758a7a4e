"""Read a photograph at the size and in the colors that a model takes."""

import numpy as np
from PIL import Image

from keras_explain.inputs.photograph import read_photograph
from keras_explain.visual.framing import frame

KERNEL = "bilinear, over all pixels that become one"


def read_photo(path, channels, size=None, crop=False):
    """Returns a photograph as uint8 array `(H, W, channels)`, and what was done to it that may surprise.

    Args:
        path: Its path.
        channels: 3, or 1 for gray.
        size: `(H, W)` to resize it to; its own by default.
        crop: Whether to cut off what doesn't fit the size, or else to stretch it.

    Returns:
        The array, and ends of sentences about the photograph.

    Raises:
        InputError: If it can't be read as a picture.
    """
    image, _, notes = read_photograph(path)
    image = image if channels == 3 else image.convert("L")
    if size is not None and size != (image.height, image.width):
        top, left, bottom, right = frame((image.height, image.width), size, crop).box
        image = image.resize(size[::-1], Image.Resampling.BILINEAR, (left, top, right, bottom))
    array = np.asarray(image)
    return (array if channels == 3 else array[..., np.newaxis]), notes
