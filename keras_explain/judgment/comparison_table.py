"""A comparison as text: a table a question, and what there is to be known of the numbers."""

import numpy as np

from keras_explain.judgment.intervals import LEAST
from keras_explain.judgment.measures import MEASURES
from keras_explain.visual.text import legible

_BEST, _FAILS = "*", "!"
_TITLE = 32  # Letters of a method's title.
_TOLD = 6  # Images that a sentence names.


def lines_of(found):
    """Returns the lines of a `Comparison`: a table a question, and below them what their signs mean."""
    questions = dict.fromkeys(MEASURES[measure].question for measure in found.measures)
    tables = [[*_of_question(found, question), ""] for question in questions]
    return [*sum(tables, []), *_legend(found)]


def notes_of(found):
    """Yields what is missing in a `Comparison`, in sentences."""
    reasons = {}
    for (method, measure), reason in found.failed.items():
        reasons.setdefault((measure, reason), []).append(found.titles[method])
    for (measure, reason), titles in reasons.items():
        of = "" if len(titles) == len(found.titles) else f" of {', '.join(titles)}"
        yield f"{measure}{of}: nothing was measured: {reason}"
    missing = {}
    for row in found.rows:
        if 0 < row.count < len(found):
            images = tuple(np.flatnonzero(~np.isfinite(found.values[row.method, row.measure])).tolist())
            missing.setdefault((row.measure, images), []).append(found.titles[row.method])
    for (measure, images), titles in missing.items():
        of = "" if len(titles) == len(found.titles) else f" of {', '.join(titles)}"
        some = ", ".join([*map(str, images[:_TOLD]), *(["..."] if len(images) > _TOLD else [])])
        yield f"{measure}{of}: of {len(found) - len(images)} images, with no number for: {some}."
    for name, reason in found.left_out.items():
        yield f"{name} is left out: {reason}"


def _of_question(found, question):
    names = [measure for measure in found.measures if MEASURES[measure].question == question]
    heads = [["", *names], ["", *(f"{MEASURES[name].better} is better" for name in names)]]
    rows = [
        [legible(title, _TITLE), *(_cell(found.of(method, name)) for name in names)]
        for method, title in found.titles.items()
    ]
    rows = [*heads, *rows, ["by chance", *(_chance(found, name) for name in names)]]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in rows]
    return [question, *(f"  {line}" for line in lines)]


def _cell(row):
    if row.count == 0:
        return "-"
    ends = "" if np.isnan(row.low) else f" [{short(row.low)}, {short(row.high)}]"
    return f"{short(row.value)}{ends}{_BEST if row.best else ''}{_FAILS if row.holds is False else ''}"


def _chance(found, measure):
    levels = [row.chance for row in found.rows if row.measure == measure and row.chance is not None]
    if not levels:
        return "-"
    ends = dict.fromkeys(map(short, (min(levels), max(levels))))
    return " to ".join(ends)


def short(number):
    """Returns a number with two decimals, or of a large one the first digits."""
    return f"{round(number, 2) + 0.0:.2f}" if abs(number) < 1000 else f"{number:.3g}"


def _legend(found):
    count = f"{len(found)} image{'s' if len(found) > 1 else ''}"
    if found.right is not None:
        known = found.labels >= 0
        count += f", of which {found.right[known].sum()} of {known.sum()} are predicted right"
    yield f"Means over {count}; in brackets the 95% bootstrap interval."
    if len(found) < LEAST:
        yield f"Of fewer than {LEAST} images, nothing is beyond doubt: none is told to be the best."
    elif any(row.best for row in found.rows):
        yield f"{_BEST} better than each other method beyond doubt: the interval of the difference excludes 0."
    else:
        yield "No method is better than each other one beyond doubt: the interval of some difference holds 0."
    if any(row.holds is False for row in found.rows):
        yield f"{_FAILS} not better than chance beyond doubt; class and weights: nearer to the same map than to chance."
