"""Pictures side by side in one, with readable text, whatever the size of the pictures."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

_TILE, _GAP = 224, 8
_BACKGROUND, _TEXT = (255, 255, 255), (20, 20, 20)


def panel(pictures, titles, caption=()):
    """Returns one picture: a few lines of text, and below them the pictures in a row under their titles.

    Pictures are scaled, in their aspect, so that the longer side fills its tile: small ones by repeating pixels, large
    ones by averaging them.

    Args:
        pictures: uint8 arrays `(H, W, 3)` of one size.
        titles: One text a picture.
        caption: Lines of text above them.

    Returns:
        uint8 array `(height, width, 3)`.
    """
    height, width = pictures[0].shape[:2]
    scale = _TILE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    large, small = ImageFont.load_default(26), ImageFont.load_default(22)
    title_top = _GAP + 34 * len(caption)
    top = title_top + 30
    tile = max(size[0], *(int(small.getlength(title)) for title in titles))
    row = _GAP + len(pictures) * (tile + _GAP)
    full_width = max(row, *(2 * _GAP + int(large.getlength(line)) for line in ("", *caption)))
    image = Image.new("RGB", (full_width, top + size[1] + _GAP), _BACKGROUND)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(caption):
        draw.text((_GAP, _GAP + 34 * number), line, _TEXT, large)
    for number, (picture, title) in enumerate(zip(pictures, titles)):
        left = _GAP + number * (tile + _GAP)
        draw.text((left, title_top), title, _TEXT, small)
        method = Image.Resampling.NEAREST if scale >= 1 else Image.Resampling.BOX
        image.paste(Image.fromarray(np.ascontiguousarray(picture)).resize(size, method), (left, top))
    return np.asarray(image)
