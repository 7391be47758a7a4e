"""Pictures side by side in one, with readable text, whatever the size of the pictures."""

import math

import numpy as np
from PIL import Image

from keras_explain.visual.lettering import length, write
from keras_explain.visual.text import legible

_TILE, _GAP = 224, 8
_WIDTH = 3 * (_TILE + _GAP)  # A page shrinks a panel to its own width: a wider one's text would be too small.
_TITLE, _CAPTION, _SPACING = 21, 25, 1.3
_BAR, _LEGEND = 14, 17
_LONGEST = 200  # Letters of a text; of a longer one the middle is left out.
_BACKGROUND, _TEXT = (255, 255, 255), (20, 20, 20)


def panel(pictures, titles, caption=(), legends=None):
    """Returns one picture: a few lines of text, and below them the pictures in rows, each under its title.

    Pictures are scaled, in their aspect, so that the longer side is 224 pixels (up to 448 where the shorter would be
    less than 112): small ones by repeating pixels, large ones by averaging them. Long text is broken, between words
    where it can be, and very long text is shortened.

    Args:
        pictures: uint8 arrays `(H, W, 3)`.
        titles: One text a picture.
        caption: Lines of text above them.
        legends: The `Legend` below each picture, or None.

    Returns:
        uint8 array `(height, width, 3)`.
    """
    pictures = [_scaled(picture) for picture in pictures]
    wide = max(picture.width for picture in pictures)
    high = max(picture.height for picture in pictures)
    columns = _columns(len(pictures), wide)
    titles = [_wrapped(title, _TITLE, wide) for title in titles]
    width = max(columns * (wide + _GAP) - _GAP, 2 * _TILE)
    caption = [line for text in caption for line in _wrapped(text, _CAPTION, width)]
    text_width = max((math.ceil(length(line, _CAPTION)) for line in caption), default=0)
    width = max(columns * (wide + _GAP) - _GAP, text_width) + 2 * _GAP
    starts = range(0, len(pictures), columns)
    legends = legends or [None] * len(pictures)
    below = _BAR + _height(1, _LEGEND) if any(legends) else 0
    above = [_height(max(map(len, titles[start : start + columns])), _TITLE) for start in starts]
    top = _GAP + _height(len(caption), _CAPTION)
    sheet = Image.new("RGB", (width, top + sum(above) + len(starts) * (high + below + _GAP)), _BACKGROUND)
    _write(sheet, _GAP, _GAP // 2, caption, _CAPTION)
    for start, text in zip(starts, above):
        for place, number in enumerate(range(start, min(start + columns, len(pictures)))):
            left = _GAP + place * (wide + _GAP)
            _write(sheet, left, top, titles[number], _TITLE)
            sheet.paste(pictures[number], (left, top + text))
            if legends[number]:
                _draw_legend(sheet, left, top + text + pictures[number].height, pictures[number].width, legends[number])
        top += text + high + below + _GAP
    return np.asarray(sheet)


def _draw_legend(sheet, left, top, width, legend):
    strip = Image.fromarray(legend.colors[np.newaxis]).resize((width, _BAR - 4), Image.Resampling.BILINEAR)
    sheet.paste(strip, (left, top + 4))
    _write(sheet, left, top + _BAR, [legend.low], _LEGEND)
    _write(sheet, left + width - math.ceil(length(legend.high, _LEGEND)), top + _BAR, [legend.high], _LEGEND)


def _columns(count, wide):
    """Returns how many pictures stand side by side, so that the last row is as full as can be."""
    rows = math.ceil(count / max(1, _WIDTH // (wide + _GAP)))
    return math.ceil(count / rows)


def _scaled(picture):
    height, width = picture.shape[:2]
    longest = max(height, width)
    side = min(max(_TILE, _TILE / 2 * longest / min(height, width)), 2 * _TILE)
    size = (max(1, round(width * side / longest)), max(1, round(height * side / longest)))
    image = Image.fromarray(np.ascontiguousarray(picture))
    if size[0] % width == 0 and size[1] % height == 0:
        return image.resize(size, Image.Resampling.NEAREST)
    if longest < side:  # averaged from more pixels than are needed, those of the picture keep one size
        factor = math.ceil(4 * side / longest)
        image = image.resize((width * factor, height), Image.Resampling.NEAREST)
        image = image.resize((size[0], height), Image.Resampling.BOX)  # a side at a time: far fewer pixels between
        image = image.resize((size[0], height * factor), Image.Resampling.NEAREST)
    return image.resize(size, Image.Resampling.BOX)


def _wrapped(text, size, width):
    """Returns the lines of a text, broken between words, or within one that is longer than a line."""
    lines = [""]
    for word in legible(text, _LONGEST).split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if not lines[-1] or length(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
        while len(lines[-1]) > 1 and length(lines[-1], size) > width:
            fits = max(1, sum(length(lines[-1][:end], size) <= width for end in range(1, len(lines[-1]))))
            lines[-1:] = lines[-1][:fits], lines[-1][fits:]
    return lines


def _height(lines, size):
    return math.ceil(lines * _SPACING * size)


def _write(sheet, left, top, lines, size):
    for number, line in enumerate(lines):
        write(sheet, left, top + _height(number, size), line, size, _TEXT)
