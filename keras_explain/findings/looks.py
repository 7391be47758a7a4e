"""What the images of a class are compared by: where their maps point, what the layer saw, and both."""

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

    kind = "place"

    @staticmethod
    def rows(maps, features):
        return _flat(maps)


class Content:
    """What the layer saw: its pooled features, which know no place."""

    kind = "content"

    @staticmethod
    def rows(maps, features):
        return features.astype(np.float32)


class PlaceAndContent:
    """Both, each with the same variance."""

    kind = "place and content"

    def __init__(self, maps, features):
        self._spreads = [max(np.sqrt(rows.var(axis=0).sum()), 1e-12) for rows in (_flat(maps), features)]

    def rows(self, maps, features):
        parts = (_flat(maps), features.astype(np.float32))
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
