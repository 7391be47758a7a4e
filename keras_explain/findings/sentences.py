"""Findings in words: what was found, in how many images, and how surely."""

import numpy as np

from keras_explain.findings.classes import EXAMPLES, mean_map
from keras_explain.findings.result import Finding

_PLACES = (("upper left", "top", "upper right"), ("left", "middle", "right"), ("lower left", "bottom", "lower right"))
# So many names show which images are meant.
_NAMED = 3


def reason_finding(data, label, reason):
    """Returns the `Finding` that some decisions for a class have a reason of their own."""
    order = np.argsort(-reason.positions, kind="stable")
    order = order[reason.members[order]]
    rows, rest, held = reason.rows[order], reason.rows[~reason.members], reason.group.separation
    accuracy = [_accuracy(data, label, each) for each in (rows, rest)]
    share, differ = len(rows) / len(reason.rows), abs(np.subtract(*accuracy)) if None not in accuracy else 0.0
    told = [f"{len(rows):,} of {len(reason.rows):,} decisions for {data.name(label)} ({share:.0%}) have another reason"]
    told[0] += f": {_difference(data, reason.kind, rows, rest)}"
    told.append(
        f"They stand {held.distance:.1f} standard deviations apart, {held.depth:.0%} empty between "
        f"(together {held.strength:.1f}; at most {reason.chance:.1f} by chance)"
    )
    if None not in accuracy:
        told.append(f"{accuracy[0]:.0%} of them are right, {accuracy[1]:.0%} of the others")
    told.append(f"For example {', '.join(str(data.keys[row]) for row in rows[:_NAMED])}")
    score = held.strength * (1 - share) * (1 + differ)
    keys = tuple(data.keys[row] for row in rows)
    return Finding(". ".join(told) + ".", reason.kind, label, keys, float(score), rows, rows[:EXAMPLES])


def outside_finding(data, label, rows, summary):
    """Returns, in a list, the `Finding` that most right decisions for a class point out of its region, if they do."""
    if data.pointing is None:
        return []
    right = rows[(data.labels[rows] == label) & np.isfinite(data.pointing[rows])]
    share = len(summary.outside) / max(len(right), 1)
    if len(right) < _NAMED or share <= 0.5:
        return []
    sentence = (
        f"{len(summary.outside):,} of {len(right):,} right decisions for {data.name(label)} ({share:.0%}) point out of "
        f"its region. For example {', '.join(str(data.keys[row]) for row in summary.outside[:_NAMED])}."
    )
    keys = tuple(data.keys[row] for row in summary.outside)
    return [Finding(sentence, "outside", label, keys, share, summary.outside, summary.outside[:EXAMPLES])]


def _difference(data, kind, rows, rest):
    if kind == "content":
        return "the layer saw in them what it saw in hardly any other image, wherever it was"
    if kind == "detail":
        return "what lies where their maps point looks alike, and unlike that of the others, wherever it is"
    group, others = mean_map(data, rows), mean_map(data, rest)
    if group.ndim != 2:
        return "their maps point elsewhere"
    here, there = _where(group - others), _where(others)
    also = "" if kind == "place" else ", and the layer saw something of its own in them"
    return f"their maps point to the {here}, the others' most to the {there}{also}"


def _where(mean):
    row, column = np.unravel_index(mean.argmax(), mean.shape)
    return _PLACES[3 * row // mean.shape[0]][3 * column // mean.shape[1]]


def _accuracy(data, label, rows):
    known = rows[data.labels[rows] >= 0]
    return float((data.labels[known] == label).mean()) if len(known) else None
