"""Read a photograph as the eye sees it: upright, in 8 bits, in color."""

import os
import warnings
from typing import NamedTuple

import numpy as np
from PIL import ExifTags, Image, ImageOps

from keras_explain.checks.paths import why_no_file
from keras_explain.errors import InputError, reason

_LARGEST = 2**31  # Bytes; some formats are read whole before their size is known. Pillow takes 179 million pixels.
_TURNS = {
    2: "mirrored",
    3: "turned by 180 degrees",
    4: "mirrored and turned by 180 degrees",
    5: "mirrored and turned by 90 degrees counterclockwise",
    6: "turned by 90 degrees clockwise",
    7: "mirrored and turned by 90 degrees clockwise",
    8: "turned by 90 degrees counterclockwise",
}


class Photograph(NamedTuple):
    """A photograph that was read.

    Attributes:
        image: A Pillow image in RGB, upright.
        turn: How it was turned to stand so, as its EXIF data say; None if it stood.
        notes: What was done to it that may surprise, each the end of a sentence about it.
    """

    image: Image.Image
    turn: str | None
    notes: tuple


def read_photograph(path):
    """Returns the `Photograph` in a file, see `as_seen`.

    Raises:
        InputError: If it can't be read as a picture, with how a sentence ends that says so.
    """
    why = why_no_file(path)
    if why is None and os.path.getsize(path) > _LARGEST:
        why = f"has {os.path.getsize(path):,} bytes, more than any photograph"
    if why is not None:
        raise InputError(f"it {why}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # twice as many pixels are refused
            with Image.open(path) as image:
                return as_seen(image)
    except InputError:
        raise
    except Image.UnidentifiedImageError:
        raise InputError("it is no picture, or of a format that Pillow can't read.") from None
    except Image.DecompressionBombError as error:
        raise InputError(f"it is too large to be a photograph: {error}") from None
    except Exception as error:  # of a file that is broken, or made to break, Pillow raises whatever it likes
        raise InputError(f"it can't be read: {reason(error)}") from None


def as_seen(image):
    """Returns a Pillow image as a `Photograph`; the image stays as it is.

    It is turned as its EXIF data say, a palette, CMYK and other colors become RGB, the whole range of 16 bits becomes
    that of 8, and what is transparent stands before white. Of several pictures in one file it is the first.

    Raises:
        InputError: If it is none that can be seen.
    """
    if image.format == "EPS":
        raise InputError("it is PostScript, a program that would have to be run; save it as a picture.")
    if 0 in image.size:
        raise InputError("it has no pixels.")
    notes = []
    # A camera's file of several, MPO, holds one photograph and what belongs to it.
    if getattr(image, "is_animated", False) and image.format != "MPO":
        notes.append(f"holds {image.n_frames} pictures, of which the first is taken")
    turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation))
    image = _in_8_bits(image)
    image = image if turn is None else ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if image.getextrema()[-1] == (0, 0):
            notes.append("is fully transparent, so that all of it is white")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    if image.mode != "RGB":
        image = image.convert("RGB")
    image.load()
    return Photograph(image, turn, tuple(notes))


def _in_8_bits(image):
    if not image.mode.startswith(("I", "F")):
        return image
    values = np.asarray(image)
    if image.mode == "F" or values.min() < 0 or values.max() > 65535:
        raise InputError(f"expected a picture of 8 or 16 bits, received values from {values.min()} to {values.max()}.")
    eight = Image.fromarray(np.rint(values / 257).astype(np.uint8))
    eight.info["exif"] = image.getexif().tobytes()
    return eight
