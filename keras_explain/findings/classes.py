"""What a network makes of each class, and which it takes for which."""

import numpy as np

from keras_explain.findings.looks import unit
from keras_explain.findings.result import ClassSummary, Confusion

EXAMPLES = 8
# A class that is taken for another one less often is hardly confused with it.
_CONFUSED, _CONFUSED_SHARE = 3, 0.01


def mean_map(data, rows):
    """Returns the mean of some images' maps, each of length 1; None without images."""
    total = sum(unit(seen.maps).sum(axis=0, dtype=np.float64) for _, seen in data.read(rows))
    return (total / len(rows)).astype(np.float32) if len(rows) else None


def summary(data, label, rows, strangeness):
    """Returns the `ClassSummary` of a class.

    Args:
        data: The `Explained` dataset.
        label: The class.
        rows: The decisions for it.
        strangeness: Of each.
    """
    shown = (data.labels == label) & (data.predicted >= 0)
    right = rows[data.labels[rows] == label]
    order = np.argsort(strangeness, kind="stable")
    return ClassSummary(
        label,
        int(shown.sum()),
        float((data.predicted[shown] == label).mean()) if shown.any() else None,
        len(rows),
        mean_map(data, rows),
        rows[order[:EXAMPLES]],
        rows[order[::-1][:EXAMPLES]],
        _surest(data, data.missed(label))[:EXAMPLES],
        _outside(data, right),
    )


def confusions(data):
    """Returns the `Confusion`s, the most frequent first."""
    found = []
    for label, predicted in _pairs(data):
        rows = _surest(data, data.by_key(np.flatnonzero((data.labels == label) & (data.predicted == predicted))))
        share = len(rows) / int(((data.labels == label) & (data.predicted >= 0)).sum())
        if len(rows) >= _CONFUSED and share >= _CONFUSED_SHARE:
            either = tuple(mean_map(data, data.decided(each)) for each in (label, predicted))
            found.append(Confusion(label, predicted, rows, share, mean_map(data, rows), either))
    return sorted(found, key=lambda one: (-one.share, one.label, one.predicted))


def _pairs(data):
    wrong = (data.labels >= 0) & (data.predicted >= 0) & (data.labels != data.predicted)
    pairs = np.unique(np.stack([data.labels[wrong], data.predicted[wrong]], axis=1), axis=0)
    return [tuple(map(int, pair)) for pair in pairs]


def _surest(data, rows):
    return rows if data.probabilities is None else rows[np.argsort(-data.probabilities[rows], kind="stable")]


def _outside(data, right):
    """Returns the recognized images whose map points out of the region, those with the least in it first."""
    if data.pointing is None:
        return right[:0]
    outside = right[data.pointing[right] == 0]
    return outside if data.energy_inside is None else outside[np.argsort(data.energy_inside[outside], kind="stable")]
