"""Fonts for text in any script: the one that is asked for, and for what it lacks those of the system that have it."""

import functools
import unicodedata
import warnings
from pathlib import Path

import matplotlib
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

from keras_explain.errors import ExplainWarning

_BOX = "\u25a1"
# matplotlib's own, which is there whatever the system has.
DEFAULT = str(Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf"))
# What the name of a font says for the first word in the name of a character, where that is another one.
_NAMED = {"CJK": "CJK SC", "HIRAGANA": "CJK JP", "KATAKANA": "CJK JP", "HANGUL": "CJK KR"}
_PACKAGES = {"CJK": "fonts-noto-cjk", "Emoji": "fonts-symbola"}
_LAST_RESORT = "Last Resort"  # Its glyphs show the kind of a character, for every one there is.
_told = set()


def cover(artist):
    """Gives each text within a matplotlib artist the fonts that its characters need; returns the artist."""
    texts = artist.findobj(Text)
    covering("".join(text.get_text() for text in texts), DEFAULT)  # what is missing is told in one sentence
    for text in texts:
        drawable, fonts = covering(text.get_text(), font_manager.findfont(text.get_fontproperties()))
        text.set_text(drawable)
        if fonts:
            text.set_fontfamily([*text.get_fontfamily(), *(font.name for font in fonts)])
        if matplotlib.__version_info__ < (3, 11):
            tell_of_layout(drawable, "matplotlib 3.11 or newer")
    return artist


def covering(text, path):
    """Returns a text as it can be drawn, and the fonts for what a first one lacks, of which as few as can be.

    A character that no font has becomes a box, which is told once a script.

    Args:
        text: Lines of legible text.
        path: The first font's file.

    Returns:
        The text, and a list of `matplotlib.font_manager.FontEntry`.
    """
    lacking = {character for character in text if character != "\n"} - characters(path)
    fonts, missing = [], []
    for character in sorted(lacking, key=lambda one: (_script(one) == "CJK SC", one)):  # they are Japan's beside kana
        if not any(character in characters(font.fname) for font in fonts):
            found = _found(character)
            missing += [] if found else [character]
            fonts += [found] if found else []
    if missing:
        _tell_of_fonts(missing)
    return text.translate(dict.fromkeys(map(ord, missing), _BOX)), fonts


@functools.cache
def characters(path):
    """Returns the characters that a font's file has; none of one that holds pictures of them, which can't be scaled."""
    font = FT2Font(path)
    return frozenset(map(chr, font.get_charmap())) if font.scalable else frozenset()


def tell_of_layout(text, needed):
    """Warns once of text whose letters can't be joined and ordered as its script has them.

    Args:
        text: The text.
        needed: What would lay it out.
    """
    if needed not in _told and any(map(_is_laid_out, text)):
        _told.add(needed)
        _warn(f"letters of {_name(text)} are neither joined nor ordered as they are read: that needs {needed}.")


def _is_laid_out(character):
    """Tells letters that are written from right to left, and marks that are written before the letter they follow."""
    return unicodedata.bidirectional(character) in ("R", "AL") or unicodedata.category(character) == "Mc"


@functools.cache
def _found(character):
    """Returns the font of the system that fits a character best, None if none has it."""
    script = _script(character)

    def distance(font):
        return script not in font.name, "Sans" not in font.name, *_distance(font)

    return next((font for font in sorted(_system(), key=distance) if character in characters(font.fname)), None)


def _distance(font):
    """Tells how far a font is from a plain one."""
    return font.style != "normal", font.stretch != "normal", "Mono" in font.name, abs(font.weight - 400), len(font.name)


@functools.cache
def _system():
    """Returns the fonts that can be scaled, those included that were installed since matplotlib last looked."""
    known = {font.fname for font in font_manager.fontManager.ttflist}
    for path in font_manager.findSystemFonts():
        if path not in known:
            try:
                font_manager.fontManager.addfont(path)
            except Exception:  # of a file that is broken or can't be scaled FreeType raises whatever it likes
                continue
    return [font for font in font_manager.fontManager.ttflist if not font.name.startswith(_LAST_RESORT)]


def _script(character):
    if unicodedata.category(character) == "So":
        return "Emoji"
    word = unicodedata.name(character, "?").split()[0].split("-")[0]
    return _NAMED.get(word, word.title())


def _tell_of_fonts(missing):
    letters_last = sorted(missing, key=lambda character: not unicodedata.category(character).startswith("M"))
    scripts = {_script(character).split()[0]: character for character in letters_last}
    scripts = {script: character for script, character in scripts.items() if script not in _told}
    _told.update(scripts)
    if scripts:
        shown = ", ".join(f"{script} ('{character}')" for script, character in scripts.items())
        packages = " ".join(sorted({_PACKAGES.get(script, "fonts-noto-core") for script in scripts}))
        _warn(
            f"no font of this system has characters of {shown}, which are drawn as boxes: install {packages} "
            "(so called on Debian and Ubuntu), or Noto of that script from https://fonts.google.com/noto."
        )


def _name(text):
    return next(f"{_script(character)} ('{character}')" for character in text if _is_laid_out(character))


def _warn(message):
    warnings.warn(message, ExplainWarning, stacklevel=4)
