"""Numbers that say how far maps moved."""

import numpy as np

from keras_explain.checks.arrays import as_numbers


def movement(maps, before):
    """Returns how far maps moved, `1 - cos(M, M')` for each image: 0 for the same direction, 1 for nothing in common.

    Between two maps that are zero everywhere it is 0, between one that is and one that is not 1.

    Args:
        maps: `(N, *spatial, C)`.
        before: The maps of the same images at an earlier time, of the same shape.
    """
    maps = as_numbers(maps, "maps", (None, ...))
    before = as_numbers(before, "before", maps.shape)
    maps, before = (np.reshape(x, (len(x), -1)).astype(np.float64) for x in (maps, before))
    lengths = np.linalg.norm(maps, axis=1), np.linalg.norm(before, axis=1)
    product = lengths[0] * lengths[1]
    cosines = np.divide((maps * before).sum(axis=1), product, out=np.zeros_like(product), where=product > 0)
    return np.where((lengths[0] == 0) & (lengths[1] == 0), 0.0, 1 - cosines)
