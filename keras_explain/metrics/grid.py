"""Grid pointing: whether maps find the image of their class among several, laid beside each other."""

import dataclasses

import numpy as np
import tensorflow as tf

from keras_explain.checks.arrays import as_array, as_numbers
from keras_explain.checks.options import check_count, check_function, check_number, check_seed
from keras_explain.errors import InputError, ModelError, OptionError, brief
from keras_explain.inputs.baseline import as_images
from keras_explain.inputs.targets import check_targets
from keras_explain.maps import resize
from keras_explain.metrics.regions import energy_inside
from keras_explain.metrics.scorer import scorer_of
from keras_explain.metrics.spread import evidence

_MOST_SIDE = 64


def grid_pointing(maps, cells, side=2):
    """Returns which share of what speaks for the class each map shows in the cell of that class.

    `sum_{p in cell} M_p^+ / sum_p M_p^+`, with the positive part `M^+` of the map of a grid of images, one a class. A
    map that is nowhere positive has 0.

    Range: 0 to 1. Direction: more is better. Chance level: `1 / side^2` for images, the share of a map that is the same
    everywhere. What it can't tell: where within its image a map should be, nor whether it is right about one image
    alone; a grid is no photograph, and a network that sees all of it at once may rightly weigh one cell by another.

    Source: M. Boehle et al., 2021, arXiv:2104.00032, section 4.1; S. Rao et al., 2022, arXiv:2205.10435.

    Args:
        maps: `(N, *spatial, C)`, of several channels the value of largest magnitude counts, as for `evidence`.
        cells: Which cell shows the class, an int or one a map: counted from 0 along the last axis first, as one reads.
        side: Number of cells along each axis.

    Returns:
        float64 `(N,)`.

    Examples:
        >>> kx.metrics.grid_pointing(np.eye(4)[np.newaxis, ..., np.newaxis], 0)
        array([0.5])
    """
    side, places = check_count(side, "side", _MOST_SIDE), evidence(as_numbers(maps, "maps", finite=True))
    count, axes = side ** (places.ndim - 1), places.ndim - 1
    chosen = as_array(cells, "cells", OptionError)
    fits = chosen.dtype.kind in "iu" and chosen.shape in ((), (len(places),))
    if not fits or chosen.min() < 0 or chosen.max() >= count:
        raise OptionError(f"expected cells from 0 to {count - 1}, one or one for each map, received {brief(cells)}.")
    edges = _edges(places.shape[1:], side)
    masks = np.zeros(places.shape, bool)
    for row, cell in enumerate(np.broadcast_to(chosen, len(places))):
        masks[row][_cell(edges, np.unravel_index(cell, (side,) * axes))] = True
    return energy_inside(places, masks)


@dataclasses.dataclass(frozen=True, eq=False)
class Grids:
    """Grids of images of distinct classes.

    Attributes:
        images: `(G, *spatial, C)`, as the model takes them.
        classes: int32 `(G, cells)`, the class of each cell, counted as by `grid_pointing`.
        sources: ints `(G, cells)`, which of the images each cell shows.
        side: Number of cells along each axis.
    """

    images: np.ndarray
    classes: np.ndarray
    sources: np.ndarray
    side: int

    def pointing(self, explainer):
        """Returns the `grid_pointing` of the map of each cell's class, float64 `(G, cells)`.

        Args:
            explainer: What is called as `(images, target)` for maps `(G, *spatial, C)`, as explainers are.
        """
        check_function(explainer, "explainer as", "images", "target")
        maps = (explainer(self.images, target) for target in self.classes.T)
        return np.stack([grid_pointing(found, cell, self.side) for cell, found in enumerate(maps)], axis=1)


def lay_grids(model, images, side=2, *, count=1, least=0.5, labels=None, seed=0, **options):
    """Returns `Grids` of those images that the network is surest of, each of a class of its own.

    A grid for a network that takes any size is `side` times as large as an image; for one of a fixed size, each image
    is made smaller to fit. The first grid is of the surest image of each of the surest classes, the next of what is
    left.

    Args:
        model: A Keras model of one input, or a `Scorer`.
        images: `(N, *spatial, C)`, as the model takes them.
        side: Number of cells along each axis.
        count: The largest number of grids.
        least: The least score of its class that an image has to have, a probability unless the options say otherwise.
        labels: The true class of each image; those taken for another are left out. None to believe the network.
        seed: Where in its grid each image is laid is drawn by it.
        **options: `score`, `output`, `head` and `batch_size` of a model, see `Scorer`.

    Raises:
        InputError: If there aren't as many classes that the network is sure of as a grid has cells.
        ModelError: If the model takes several inputs.
        OptionError: If an option is outside of what it allows, or a custom score knows no classes.

    Examples:
        >>> grids = kx.metrics.lay_grids(model, images, side=1, least=0.1)
        >>> grids.pointing(kx.GradCAM(model)).shape
        (1, 1)
    """
    side, count = check_count(side, "side", _MOST_SIDE), check_count(count, "count")
    least, seed, scorer = check_number(least, "least"), check_seed(seed), scorer_of(model, options)
    batch = scorer.batch(images)
    if len(batch.arrays) > 1:
        raise ModelError(
            f"expected a model of one input, which a grid stands for, received {len(batch.arrays)} inputs."
        )
    labels = None if labels is None else check_targets(labels, len(batch), scorer.compiled.classes)
    answer = scorer.answer(batch)
    if scorer.compiled.classes is None:
        raise OptionError("expected the score of a class, received a custom score=, which doesn't tell the classes.")
    sure = answer.scores >= least
    if labels is not None:
        sure &= answer.targets == labels
    cells = side ** (batch.images.ndim - 2)
    sources = _chosen(answer, sure, cells, count)
    sources = np.stack([np.random.default_rng((seed, row)).permutation(one) for row, one in enumerate(sources)])
    laid = np.stack([_laid(batch.images[one], _size(scorer, batch.images, side), side) for one in sources])
    laid = np.moveaxis(laid, -1, 1) if batch.signature.channels_first else laid
    return Grids(laid, answer.targets[sources], sources, side)


def _chosen(answer, sure, cells, count):
    """Returns lists of images, surest first, each of distinct classes: of each class its surest that is left."""
    left = [row for row in np.argsort(-answer.scores, kind="stable") if sure[row]]
    grids = []
    while len(grids) < count:
        first = {}
        for row in left:
            first.setdefault(int(answer.targets[row]), row)
        if len(first) < cells:
            break
        grids.append(list(first.values())[:cells])
        left = [row for row in left if row not in grids[-1]]
    if not grids:
        raise InputError(
            f"expected images of at least {cells} classes that the network is sure of, received {len(first)}: give "
            "more images, or a smaller least= or side=."
        )
    return grids


def _size(scorer, images, side):
    """Returns a grid's length along each axis: that of `side` images, where the network takes any length."""
    known = scorer.compiled.request.signature()
    free = [False] * (images.ndim - 2) if known is None else [one is None for one in known.explained.shape[1:-1]]
    return tuple(side * length if any_length else length for length, any_length in zip(images.shape[1:-1], free))


def _laid(images, size, side):
    """Returns a grid `(*size, C)` of images, each resized to its cell where it doesn't fit."""
    edges, grid = _edges(size, side), np.empty((*size, images.shape[-1]), images.dtype)
    for image, place in zip(images, np.ndindex(*[side] * len(size))):
        cell = grid[_cell(edges, place)]
        if cell.shape != image.shape:
            whole = tf.constant(image[np.newaxis].astype(np.float32))
            image = as_images(resize(whole, cell.shape[:-1], antialias=True).numpy()[0], images.dtype)
        cell[...] = image
    return grid


def _edges(size, side):
    return [np.rint(np.linspace(0, length, side + 1)).astype(int) for length in size]


def _cell(edges, place):
    return tuple(slice(edge[at], edge[at + 1]) for edge, at in zip(edges, place))
