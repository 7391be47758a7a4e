"""The grid that tokens come from, by the place of each in the image."""

import dataclasses
import math

import numpy as np

_NEAR = 0.05  # of the distance between two places


@dataclasses.dataclass(frozen=True)
class Lattice:
    """The grid that tokens come from.

    Attributes:
        shape: How many there are along each spatial axis of the image.
        index: The token at each place of the grid, row by row; other tokens come from no place. Those in windows are
            counted through all windows of an image.
        part: The part of the images that it covers, see `image_places.image_part`.
        others: How many tokens there are beside them, as class tokens.
        windows: How many rows of the batch an image has, the windows that its tokens are in.
    """

    shape: tuple
    index: tuple
    part: tuple
    others: int = 0
    windows: int = 1


def lattice(present, centers, parts):
    """Returns the `Lattice` of tokens; None unless those with a place fill a regular grid over one of some parts.

    Where all lie by at most half a place beside the middle of what they stand for, as behind a convolution with a
    stride, they are taken to fill it, as maps of convolutions are.

    Args:
        present: `(windows, tokens, D)`, 1 where a number comes from the image and 0 where it has no place.
        centers: `(windows, tokens, D)` an axis, where in the image it comes from, as a share of the axis.
        parts: The parts of the images that maps of the network cover.
    """
    windows, present, *centers = len(present), *(one.reshape(-1, one.shape[-1]) for one in (present, *centers))
    placed = np.flatnonzero(present.any(axis=-1))
    weights = present[placed]
    centers = [(shares[placed] * weights).sum(axis=-1) / weights.sum(axis=-1) for shares in centers]
    levels = [_levels(values, len(placed)) for values in centers]
    shape = tuple(map(len, levels))
    aside = {part: max(map(_aside, levels, part)) for part in sorted(parts)}
    part = min(aside, key=aside.get, default=None)
    if part is None or aside[part] > 0.5 + _NEAR or not 1 < math.prod(shape) == len(placed):
        return None
    nearest = [np.abs(values[:, np.newaxis] - level).argmin(axis=1) for values, level in zip(centers, levels)]
    cells = np.ravel_multi_index(nearest, shape)
    if len(np.unique(cells)) < len(cells):
        return None
    return Lattice(shape, tuple(placed[np.argsort(cells)].tolist()), part, len(present) - len(placed), windows)


def _levels(values, count):
    """Returns the different values, in order, of which at most so many may lie between 0 and 1."""
    ordered = np.sort(values)
    return ordered[np.diff(ordered, prepend=-1.0) > _NEAR / count] if count else ordered


def _aside(levels, share):
    """Returns by how much of a place values lie beside the middles of equal parts of `(start, stop)`, all alike.

    Infinite if they aren't spaced so, or a single one isn't in the middle.
    """
    start, stop = share
    off = (np.asarray(levels) - start) / (stop - start) * len(levels) - np.arange(len(levels)) - 0.5
    alike = off.mean() if len(off) > 1 else 0.0
    return abs(alike) if len(off) and np.allclose(off, alike, rtol=0, atol=_NEAR) else math.inf
