"""Numbers that say how much of a map lies in a region, a box or a mask."""

import math

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_counts, check_number
from keras_explain.errors import InputError, brief
from keras_explain.metrics.spread import check_places

# Pixels of all masks together, which take as many bytes.
_MOST = 2**34


def energy_inside(places, masks):
    """Returns the share of each map that lies in its region, from 0 to 1; of a map that is zero everywhere 0.

    Range: 0 to 1. Direction: more is better. Chance level: the share of places that the region covers. What it can't
    tell: a network may rightly look beside the region, as at the sky around a rocket.

    Source: H. Wang et al., 2020, arXiv:1910.01279, section 4.3.

    Args:
        places: `(N, *spatial)`, as `evidence` returns them.
        masks: bool `(N, *spatial)`, as `region_masks` returns them.
    """
    places = check_places(places)
    masks = _check_masks(masks, places.shape)
    axes = tuple(range(1, places.ndim))
    total = places.sum(axis=axes, dtype=np.float64)
    inside = np.where(masks, places, 0).sum(axis=axes, dtype=np.float64)
    return np.divide(inside, total, out=np.zeros_like(total), where=total > 0)


def pointing(places, masks, margin=0):
    """Returns whether each map's peak lies in its region, bool `(N,)`; the mean of it is the pointing accuracy.

    A map that is the same everywhere points nowhere, and nothing points into an empty region.

    Range: False or True. Direction: True is better. Chance level: the share of places that the regions and their
    margins cover. What it can't tell: one place is asked of each map, whatever the rest of it shows.

    Source: J. Zhang et al., 2016, arXiv:1608.00507, section 4.1, with a margin of 15 pixels.

    Args:
        places: `(N, *spatial)`, as `evidence` returns them.
        masks: bool `(N, *spatial)`, as `region_masks` returns them.
        margin: How far from its region a peak may lie, in pixels, in a straight line.
    """
    places = check_places(places)
    masks, margin = _check_masks(masks, places.shape), check_number(margin, "margin", 0)
    return np.array([_points_into(*pair, margin) for pair in zip(places, masks)])


def _points_into(places, mask, margin):
    peak = np.unravel_index(places.argmax(), places.shape)
    if places[peak] == places.min():
        return False
    if margin == 0:
        return bool(mask[peak])
    return bool((np.linalg.norm(np.argwhere(mask) - peak, axis=1) <= margin).any())


def region_masks(regions, shape):
    """Returns regions as bool masks `(N, *spatial)`.

    Args:
        regions: One box an image, in pixels: `(top, left, bottom, right)`, in general the first corner and the one
            behind the last; or masks `(N, *spatial)`, also with a channel axis of 1.
        shape: `(N, *spatial)`.

    Raises:
        InputError: If they are neither, or a region is empty or reaches out of its image.
    """
    count, *size = shape = _check_shape(shape)
    array = as_numbers(regions, "regions", finite=True)
    if array.shape == (*shape, 1):
        array = array[..., 0]
    if array.shape == (count, 2 * len(size)):
        starts, ends = np.split(array, 2, axis=1)
        if not ((0 <= starts) & (starts < ends) & (ends <= size)).all():
            raise InputError(
                f"expected boxes (top, left, bottom, right) within {tuple(size)}, received {brief(regions)}."
            )
        masks = np.ones(shape, bool)
        for axis, length in enumerate(size):
            places = np.arange(length)
            within = (starts[:, axis, np.newaxis] <= places) & (places < ends[:, axis, np.newaxis])
            masks &= within.reshape(count, *[1] * axis, length, *[1] * (len(size) - axis - 1))
        return masks
    if array.shape != tuple(shape):
        raise InputError(
            f"expected regions as boxes of shape {(count, 2 * len(size))} or masks of shape {tuple(shape)}, "
            f"received {array.shape}."
        )
    masks = array.astype(bool)
    empty = np.flatnonzero(~masks.reshape(count, -1).any(axis=1))
    if len(empty):
        raise InputError(f"expected a region in each image, received an empty mask for image {empty[0]}.")
    return masks


def _check_masks(masks, shape):
    masks = as_numbers(masks, "masks", shape)
    if not np.isin(masks, (0, 1)).all():
        raise InputError(f"expected masks of True and False, received {brief(masks)}; see metrics.region_masks.")
    return masks.astype(bool)


def _check_shape(shape):
    shape = tuple(check_counts(shape, "each of shape", _MOST))
    if len(shape) < 2 or math.prod(shape) > _MOST:
        raise InputError(f"expected shape as (N, *spatial), received {brief(shape)}.")
    return shape
