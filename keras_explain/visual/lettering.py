"""Lines of text in a Pillow picture, each character in a font that has it."""

import functools
import itertools
import unicodedata

from PIL import ImageDraw, ImageFont, features

from keras_explain.visual.fonts import DEFAULT, characters, covering, tell_of_layout


@functools.lru_cache(maxsize=1024)
def length(line, size):
    """Returns the width of a line in pixels, in letters of so many."""
    way = _way(line)
    return sum(font.getlength(text, direction=way) for text, font in _runs(line, size))


def write(sheet, left, top, line, size, color):
    """Writes a line into a picture, from its upper left corner."""
    way, base = _way(line), top + _font(DEFAULT, 0, size).getmetrics()[0]
    runs = _runs(line, size)
    for text, font in reversed(runs) if way == "rtl" else runs:
        ImageDraw.Draw(sheet).text((left, base), text, color, font, anchor="ls", direction=way)
        left += font.getlength(text, direction=way)


def _way(line):
    """Returns the direction of a line, which is that of its first letter; None where Pillow knows but one."""
    if not features.check("raqm"):
        return None
    ways = (unicodedata.bidirectional(character) for character in line)
    return "rtl" if next((way for way in ways if way in ("L", "R", "AL")), "L") != "L" else "ltr"


@functools.lru_cache(maxsize=1024)
def _runs(line, size):
    """Returns a line as `(text, font)`, one after the other; marks and spaces stand with the letter before them."""
    line, others = covering(line, DEFAULT)
    fonts = [(DEFAULT, 0), *((font.fname, getattr(font, "index", 0)) for font in others)]
    if not features.check("raqm"):
        tell_of_layout(line, "Pillow with libraqm")
    chosen = []
    for character in line:
        joins = character == " " or unicodedata.category(character).startswith("M")
        order = [chosen[-1], *fonts] if chosen and joins else fonts
        chosen.append(next(font for font in order if character in characters(font[0])))
    groups = itertools.groupby(zip(chosen, line), key=lambda pair: pair[0])
    return [("".join(letter for _, letter in group), _font(*font, size)) for font, group in groups]


@functools.cache
def _font(path, index, size):
    return ImageFont.truetype(path, size, index)
