"""Recognize a rectifier by the values of a function of one number."""

import numpy as np

_STEP = 0.25
# A kink may be anywhere, 0 is on the grid, and the function is followed far beyond.
POINTS = np.concatenate([[-1e4, -1e2], np.arange(-8, 8 + _STEP, _STEP), [1e2, 1e4]])


def kind(points, values, tolerance):
    """Returns `"linear"`, `"rectifier"` or `"other"`: what functions `f`, of which one suffices, look like.

    A rectifier has two slopes of one sign, of which one may be 0, or three: ReLU6 ends, and hard tanh, whose kinks lie
    on both sides of 0, is none. Turning `f` upside down or back to front doesn't matter: `-min(-x, 0)` is a ReLU.

    Args:
        points: `x`, `(n,)`, ascending.
        values: `f(x)`, `(n, functions)`.
        tolerance: How far slopes of a straight line may differ, as a part of the largest.
    """
    found = {_kind(points, function, tolerance) for function in np.unique(values, axis=1).T}
    return next((name for name in ("rectifier", "other") if name in found), "linear")


def _kind(points, values, tolerance):
    finite = np.isfinite(values)
    points, values = points[finite], values[finite]
    if len(points) < 3:
        return "other"
    slopes = np.diff(values) / np.diff(points)
    equal = tolerance * np.abs(slopes).max()
    runs = np.split(np.arange(len(slopes)), np.flatnonzero(np.abs(np.diff(slopes)) > equal) + 1)
    if len(runs) == 1:
        return "linear"
    # A kink or a jump between two points makes an interval of its own.
    pieces = [run for run in runs if len(run) > 1 or run[0] in (0, len(slopes) - 1)]
    if len(runs) > 2 * len(pieces) - 1 or not 2 <= len(pieces) <= 3:
        return "other"
    slope = np.array([np.median(slopes[run]) for run in pieces])
    slope[np.abs(slope) <= equal] = 0
    if (slope.min() < 0 < slope.max()) or np.any(np.abs(np.diff(slope)) <= equal):
        return "other"
    if len(slope) == 2:
        return "rectifier"
    left, middle, right = slope
    if middle == 0 or (left and right):
        return "other"
    if left or right:
        return "rectifier" if max(abs(left), abs(right)) < abs(middle) else "other"
    within = pieces[1][len(pieces[1]) // 2]
    kinks = points[within] + (values[[0, -1]] - values[within]) / middle
    return "rectifier" if np.abs(kinks).min() < 0.02 + tolerance else "other"
