"""Make any text one that can be drawn, printed and encoded: names come from files, models and strangers."""

import re
import unicodedata

_MOST = 6  # Lines of a title.
_LONGEST = 1000  # Letters of a line.


def legible(text, longest=None):
    """Returns a text in one line, without what can't be drawn or does something to a terminal.

    Args:
        text: Any text.
        longest: Number of characters from which on the middle is left out: a name's beginning tells it, and at the end
            of a title stands a number.
    """
    line = written_out(re.sub(r"[^\S ]+", " ", str(text)).strip())
    if longest is None or len(line) <= longest:
        return line
    end = (longest - 3) // 2
    return f"{line[: longest - 3 - end]}...{line[len(line) - end :]}"


def one_line(text):
    """Returns a text in one line that can be printed."""
    return legible(" ".join(str(text).split()), _LONGEST)


def legible_lines(text, longest=None):
    """Returns the lines of a text, each of them `legible`; without empty ones, and the first few of many."""
    lines = [legible(line, longest) for line in str(text).splitlines()]
    lines = [line for line in lines if line]
    return lines if len(lines) <= _MOST else [*lines[: _MOST - 1], "..."]


def breadth(text):
    """Returns the width of a text in Latin letters: those of China, Japan and Korea are twice as wide."""
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)


def written_out(text):
    r"""Returns a text with its spaces as they are, and characters without a shape as Python writes them: `\x1b`.

    Marks that only change how others are laid out are left out: a word from right to left is one without them as well.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character):
    if character.isprintable():
        return character
    return "" if unicodedata.category(character) == "Cf" else character.encode("unicode_escape").decode()
