"""What a page says of an image beside its maps."""

import numpy as np

from keras_explain.engine.named_score import Score
from keras_explain.visual.text import legible, one_line

LONGEST = 200  # Letters of a name.
_TOP = 5


def answers(explanation, i):
    """Returns what the model says of an image: its most probable classes, and the explained ones with their scores."""
    chances = [] if explanation.probabilities is None else explanation.probabilities[i].tolist()
    ranked = sorted(range(len(chances)), key=lambda at: -chances[at])[:_TOP]
    scores = [_number(score) for score in np.atleast_1d(explanation.scores[i])]
    return {
        "asked": _asked(explanation, i),
        "label": None if explanation.labels is None or explanation.labels[i] < 0 else int(explanation.labels[i]),
        "predicted": ranked[0] if ranked else None,
        "top": [(at, _number(chances[at])) for at in ranked],
        "targets": np.atleast_1d(explanation.targets[i]).tolist(),
        "scores": scores,
    }


def _asked(explanation, i):
    """Returns what was explained and its value, in words, where that is a score with a name; else None."""
    if not isinstance(explanation.score, Score):
        return None
    return legible(one_line(explanation.class_titles(i)[0].replace("\n", ", ")), LONGEST)


def trust_told(trust, i):
    """Returns what is said of each map of an image: whether it holds, and the sentence."""
    found = {}
    for row in () if trust is None else trust.rows:
        if row.image == i:
            found.setdefault(row.method, []).append([row.holds, legible(row.sentence)])
    return found


def class_name(names, index):
    return legible(names[index], LONGEST) if 1 < len(names) and index < len(names) else str(index)


def _number(value):
    """Returns a number as JSON can hold it, in the digits that float32 has; None if it isn't finite."""
    return float(f"{value:.6g}") if np.isfinite(value) else None
