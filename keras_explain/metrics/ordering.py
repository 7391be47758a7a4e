"""In which order pixels go, by a map: in steps, with orders of their own for pixels that the map doesn't tell apart."""

import dataclasses

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_choice
from keras_explain.maps import reduce_channels

BY = ("value", "magnitude")
# What an Ordering can count, and orders enough to tell a difference of a hundredth of their spread.
MOST_STEPS, MOST_ORDERS = 2**15 - 2, 10**4


@dataclasses.dataclass(frozen=True, eq=False)
class Ordering:
    """The step with which each pixel of N images goes, for several orders of those that tie.

    Attributes:
        steps: int16 `(N, orders, *spatial)`, from 0; as many as there are steps for a pixel that stays.
        split: bool `(N, steps)`, whether pixels that go with a step tie with some that stay behind: only there the
            orders differ.
    """

    steps: np.ndarray
    split: np.ndarray


def place_values(maps, images, by="value"):
    """Returns what maps say of each place of images `(N, *spatial, C)`: finite numbers `(N, *spatial)`.

    Args:
        maps: `(N, *spatial, K)`, of several channels the value of largest magnitude counts; or `(N, *spatial)`.
        images: The images that they are of.
        by: `"value"` or `"magnitude"`, see `deletion`.

    Raises:
        InputError: If they are no finite numbers, or there isn't one for each place.
    """
    maps, places = as_numbers(maps, "maps", finite=True), images.shape[:-1]
    values = maps if maps.shape == places else reduce_channels(as_numbers(maps, "maps", (*places, None)))[..., 0]
    values = values.astype(np.result_type(values.dtype, np.float32))
    return np.abs(values) if check_choice(by, "by=", BY) == "magnitude" else values


def ordering(values, counts, orders, seed, spared=0):
    """Returns the `Ordering` in which the largest values go first.

    The orders of ties are drawn by the seed alone, so that they are the same for all images.

    Args:
        values: Finite numbers `(N, *spatial)`.
        counts: Number of pixels that are gone after each step, ascending ints.
        orders: Number of orders of pixels that tie.
        seed: That of the orders.
        spared: How many pixels of a step may tie with some that stay behind, or the other way, without a mean over
            orders: maps that were resized have short runs of equal values along their borders.
    """
    images, counts = values.reshape(len(values), -1), np.asarray(counts)
    size = images.shape[1]
    of_rank = np.searchsorted(counts, np.arange(size), side="right").astype(np.int16)
    ranked = np.argsort(-images, axis=1)
    falling = np.take_along_axis(images, ranked, axis=1)
    runs = [_runs(row, np.minimum(counts, size - 1)) for row in -falling]
    split = np.stack([np.minimum(counts - starts, stops - counts) > spared for starts, stops in runs])
    draws = [np.random.default_rng((seed, order)).permutation(size) for order in range(orders if split.any() else 1)]
    steps = np.empty((len(images), len(draws), size), np.int16)
    for row, broken in enumerate(split):
        tied = set(zip(*(ends[broken] for ends in runs[row])))
        for order, draw in enumerate(draws):
            pixels = ranked[row].copy()
            for start, stop in tied:
                pixels[start:stop] = pixels[start:stop][np.argsort(draw[pixels[start:stop]])]
            steps[row, order, pixels] = of_rank
    return Ordering(steps.reshape(len(values), len(draws), *values.shape[1:]), split)


def _runs(rising, places):
    """Returns where the runs of equal values at some places of ascending values start and stop."""
    return tuple(np.searchsorted(rising, rising[places], side) for side in ("left", "right"))
