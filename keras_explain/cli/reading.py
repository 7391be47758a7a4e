"""Read a photograph as the eye sees it: upright, in 8 bits, in color or gray."""

import os
import warnings

import numpy as np
from PIL import Image, ImageOps

from keras_explain.checks.paths import why_no_file
from keras_explain.cli.output import told
from keras_explain.errors import ExplainWarning, InputError

_LARGEST = 2**31  # Bytes; some formats are read whole before their size is known. Pillow takes 179 million pixels.


def read_photo(path, channels, size=None, crop=False):
    """Returns a photograph as uint8 array `(H, W, channels)`.

    It is turned as its EXIF data say, a palette, CMYK and other colors become RGB, the whole range of 16 bits becomes
    that of 8, and what is transparent stands before white. Of several pictures in one file it is the first.

    Args:
        path: Its path.
        channels: 3, or 1 for gray.
        size: `(H, W)` to resize it to, averaging pixels; its own by default.
        crop: Whether to cut off what doesn't fit the size, or else to stretch it.

    Raises:
        InputError: If it can't be read as a picture.
    """
    why = why_no_file(path)
    if why is None and os.path.getsize(path) > _LARGEST:
        why = f"has {os.path.getsize(path):,} bytes, more than any photograph"
    if why is not None:
        raise InputError(f"it {why}.")
    try:
        with Image.open(path) as image:
            _tell(path, image)
            return _as_array(image, channels, size, crop)
    except InputError:
        raise
    except Image.UnidentifiedImageError:
        raise InputError("it is no picture, or of a format that Pillow can't read.") from None
    except Image.DecompressionBombError as error:
        raise InputError(f"it is too large to be a photograph: {error}") from None
    except Exception as error:  # of a file that is broken, or made to break, Pillow raises whatever it likes
        raise InputError(f"it can't be read: {told(error)}") from None


def _tell(path, image):
    """Warns of a picture that isn't what a photograph is: of one among several, and of one that nobody sees."""
    if getattr(image, "is_animated", False) and image.format != "MPO":  # a camera's own, with a preview
        warnings.warn(f"'{path}' holds several pictures, of which the first is taken.", ExplainWarning, stacklevel=3)
    if image.has_transparency_data and image.convert("RGBA").getextrema()[3][1] == 0:
        warnings.warn(f"'{path}' is transparent everywhere: it is explained as white.", ExplainWarning, stacklevel=3)


def _as_array(image, channels, size, crop):
    if image.format == "EPS":
        raise InputError("it is PostScript, a program that would have to be run; save it as a picture.")
    image = ImageOps.exif_transpose(_in_8_bits(image))
    image = _opaque(image).convert("RGB" if channels == 3 else "L")
    if size is not None and size != (image.height, image.width):
        shape, how = size[::-1], Image.Resampling.BILINEAR
        image = ImageOps.fit(image, shape, how) if crop else image.resize(shape, how)
    array = np.asarray(image)
    if array.size == 0:
        raise InputError("it has no pixels.")
    return array if channels == 3 else array[..., np.newaxis]


def _in_8_bits(image):
    if not image.mode.startswith(("I", "F")):
        return image
    values = np.asarray(image)
    if image.mode == "F" or values.min() < 0 or values.max() > 65535:
        raise InputError(f"expected a picture of 8 or 16 bits, received values from {values.min()} to {values.max()}.")
    eight = Image.fromarray(np.rint(values / 257).astype(np.uint8))
    eight.info["exif"] = image.getexif().tobytes()
    return eight


def _opaque(image):
    if not image.has_transparency_data:
        return image
    image = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
