"""What stands above an explained image: its classes."""

import numpy as np

from keras_explain.engine.named_score import Score
from keras_explain.visual.text import legible

_NAME = 64  # Letters of a class's name.


def class_titles(explanation, i):
    """Returns what `Explanation.class_titles` says."""
    classes, scores = np.atleast_1d(explanation.targets[i]), np.atleast_1d(explanation.scores[i])
    own = explanation.score.title(_namer(explanation)) if isinstance(explanation.score, Score) else None
    if explanation.probabilities is None:
        titles = [f"{own or _name(explanation, c)}  score {score:.3g}".strip() for c, score in zip(classes, scores)]
    else:
        titles = [_with_probability(explanation, i, c) for c in classes]
        titles = [f"{title}  {own} {score:.3g}" if own else title for title, score in zip(titles, scores)]
        best = explanation.probabilities[i].argmax()
        if explanation.targets.ndim == 1 and best != classes[0]:
            titles = [f"{titles[0]}\npredicted: {_with_probability(explanation, i, best)}"]
    if explanation.labels is not None and explanation.labels[i] not in (-1, classes[0]):
        titles[0] += f"\ntrue: {_name(explanation, explanation.labels[i]) or explanation.labels[i]}"
    return titles


def _namer(explanation):
    """Returns the function that gives a class its name, or says which one it is."""
    named = {index: legible(name, _NAME) for index, name in enumerate(explanation.class_names) if name != str(index)}
    return lambda index: named.get(index, f"class {index}")


def _name(explanation, target):
    names = explanation.class_names
    return "" if target < 0 or len(names) == 1 else legible(names[target], _NAME)


def _with_probability(explanation, i, target):
    share = explanation.probabilities[i, target]
    return f"{_name(explanation, target)}  <1%" if share < 0.005 else f"{_name(explanation, target)}  {share:.0%}"
