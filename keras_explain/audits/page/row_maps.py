"""Maps of all rows, a byte a place: enough to see where each points, and few bytes for tens of thousands."""

import numpy as np
import tensorflow as tf

from keras_explain.maps import resize
from keras_explain.report.page.map_code import packed
from keras_explain.visual.scale import beginning

_BYTES = 4_000_000  # Of all maps together.
_FINEST, _COARSEST = 16, 4  # Places along the longer side.
_READ = 512  # Maps in memory at a time.


def row_maps(audit, rows, relative):
    """Returns the maps of some rows, as JSON can hold them; None where there are too many rows for maps.

    Args:
        audit: The `Audit`.
        rows: Indices of the rows.
        relative: Whether their colors begin at each map's smallest value, see `visual.look`.

    Returns:
        A dictionary: `size`, the height and width that they are averaged to; `type` and `data`, their codes;
        `last`, the code of the largest one; `scale` and `least`: `value = least + scale * code / last`.
    """
    size = size_on_page(audit.maps.shape[1:], len(rows))
    if size is None:
        return None
    parts = [_averaged(audit.maps[rows[at : at + _READ]], size) for at in range(0, len(rows), _READ)]
    maps = np.concatenate(parts)[..., np.newaxis]
    least = np.broadcast_to(beginning(maps, relative, each=1), (len(maps), 1, 1, 1))
    maps = maps - least
    largest = np.abs(maps).max(axis=(1, 2, 3))  # not finite of a map that isn't: it has no picture
    last, kind = (127, "i1") if (maps < 0).any() else (255, "u1")
    drawn = np.isfinite(largest) & (largest > 0)
    codes = np.rint(last * maps[drawn] / largest[drawn].reshape(-1, 1, 1, 1))
    every = np.zeros(maps.shape, kind)
    every[drawn] = codes
    return {
        "size": size,
        "own_size": audit.maps.shape[1:],
        "type": {"i1": "Int8", "u1": "Uint8"}[kind],
        "data": packed(every),
        "last": last,
        "scale": packed(largest.astype("<f4")),
        "least": packed(least.reshape(-1).astype("<f4")),
    }


def size_on_page(own, count):
    """Returns the height and width that so many maps of a size have on the page; None if none would show anything."""
    longest = max(own)
    for side in range(min(longest, _FINEST), min(longest, _COARSEST) - 1, -1):
        size = tuple(max(1, round(side * length / longest)) for length in own)
        if size[0] * size[1] * count <= _BYTES:
            return size
    return None


def _averaged(maps, size):
    if maps.shape[1:] == size:
        return maps
    return resize(tf.constant(maps)[..., tf.newaxis], size, antialias=True).numpy()[..., 0]
