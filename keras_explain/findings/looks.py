"""What the images of a class are compared by: where their maps point, what lies there, what the layer saw."""

import numpy as np
import tensorflow as tf

from keras_explain.maps import resize

# Enough for the separations of a class, and few beside the number of its images.
_DIRECTIONS = 20
# A finer map, as one of pixels, says no more on where it points.
_SIDE = 16


class Principal:
    """The principal components of some rows, onto which others can be brought as well."""

    def __init__(self, rows):
        self._mean = rows.mean(axis=0)
        _, lengths, axes = np.linalg.svd(rows - self._mean, full_matrices=False)
        # By the variance of a direction is divided: one without, as of a unit that is never active, is none.
        kept = lengths > 1e-4 * max(lengths[0], 1e-12)
        self._axes = axes[kept][:_DIRECTIONS]

    def __call__(self, rows):
        return (rows - self._mean) @ self._axes.T


class Place:
    """Where maps point: each of length 1, so that how high the score is has no part in it."""

    kind, drawn = "place", True

    @staticmethod
    def rows(seen):
        return _flat(seen.maps)


class Content:
    """What the layer saw: its pooled features, which know no place."""

    kind, drawn = "content", False

    @staticmethod
    def rows(seen):
        return seen.features


class Detail:
    """What lies where the maps point, as a finer layer sees it: wherever that is."""

    kind, drawn = "detail", True

    def __init__(self, number):
        """Looks at one of the `details`, by its number."""
        self._number = number

    def rows(self, seen):
        return seen.details[self._number]


class PlaceAndContent:
    """Both, each with the same variance."""

    kind, drawn = "place and content", True

    def __init__(self, seen):
        self._spreads = [max(np.sqrt(rows.var(axis=0).sum()), 1e-12) for rows in (_flat(seen.maps), seen.features)]

    def rows(self, seen):
        parts = (_flat(seen.maps), seen.features)
        return np.concatenate([rows / spread for rows, spread in zip(parts, self._spreads)], axis=1)


def small(maps):
    """Returns maps `(n, *spatial)` as float32, averaged to 16 places along each axis at most."""
    maps = np.asarray(maps, np.float32)
    size = [min(length, _SIDE) for length in maps.shape[1:]]
    if list(maps.shape[1:]) == size:
        return maps
    return resize(tf.constant(maps)[..., tf.newaxis], size, antialias=True).numpy()[..., 0]


def unit(maps):
    """Returns maps of length 1, blank ones as they are."""
    flat = np.reshape(maps, (len(maps), -1))
    lengths = np.linalg.norm(flat, axis=1).reshape(-1, *[1] * (np.ndim(maps) - 1))
    return maps / np.where(lengths > 0, lengths, 1)


def _flat(maps):
    return unit(maps).reshape(len(maps), -1)
