"""Photographs and clips as a page carries them: no larger than they are shown, small ones pixel by pixel."""

import base64
import io
from typing import NamedTuple

import numpy as np
from PIL import Image

from keras_explain.checks.options import check_flag
from keras_explain.errors import OptionError
from keras_explain.report.originals import Originals
from keras_explain.visual.over_photograph import photograph_picture

CRISP = 128  # A picture smaller than this is shown with its pixels, and travels without loss.
_LARGEST = 448  # Pixels of the longer side.
_QUALITY = 88


class Photograph(NamedTuple):
    """A picture on a page, or a clip of several.

    Attributes:
        urls: The data of each frame; one of a photograph.
        size: Its `(height, width)`.
        part: What the network saw of it, `(top, left, height, width)` in its pixels.
    """

    urls: list
    size: tuple
    part: tuple


def photographs(explanation, original=None, crop=False):
    """Yields the `Photograph` of each image or clip; the arguments are those of `Explanation.to_html`.

    Raises:
        InputError: If the photographs aren't one an image, or can't be read.
        OptionError: If it is said that there are cropped ones, and there are none.
    """
    if original is not None:
        for one in Originals(original, explanation, crop, _LARGEST):
            rows, columns = one.framing.seen(one.pixels.shape[:2])
            part = rows.start, columns.start, rows.stop - rows.start, columns.stop - columns.start
            image = Image.fromarray(photograph_picture(one.pixels, one.framing))
            yield Photograph([_encoded(image)], (image.height, image.width), part)
        return
    if check_flag(crop, "crop="):
        raise OptionError("expected original= beside crop=True, which says how photographs became the images.")
    for pixels in explanation.shown:
        frames = [Image.fromarray(frame) for frame in (pixels if pixels.ndim == 4 else pixels[np.newaxis])]
        for frame in frames:
            frame.thumbnail((_LARGEST, _LARGEST), Image.Resampling.LANCZOS)
        size = frames[0].height, frames[0].width
        yield Photograph([_encoded(frame) for frame in frames], size, (0, 0, *size))


def _encoded(image):
    """Returns a picture as the URL of its data."""
    file = io.BytesIO()
    kind = "png" if max(image.size) < CRISP else "jpeg"
    image.save(file, kind, quality=_QUALITY)
    return f"data:image/{kind};base64,{base64.b64encode(file.getvalue()).decode()}"
