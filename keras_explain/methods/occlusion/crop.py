"""Cut out of each patch's map what an operation reads, without making the map."""

import functools
import math
import operator

import numpy as np
import tensorflow as tf


def crop(base, values, own, wanted, patches, fill=0):
    """Returns `(P, *sizes, C)`: the map of each patch where `wanted`, `fill` outside of it.

    One gathering from the rows of the map that all patches share and of the changed parts of each. Where these lie is
    known for each place of the grid, so that it is looked up, not computed: the graph stays small.

    Args:
        base: `(1, *spatial, C)` or `(*spatial, C)`, the map that all patches share.
        values: `(P, *sizes, C)`, what it is changed to; None if nothing is.
        own: Where that is, a `Cut` an axis.
        wanted: What to cut out, a `Cut` an axis.
        patches: int32 `(P,)` an axis of the grid, the patches' places in it.
        fill: What stands outside of the map.
    """
    *lengths, channels = base.shape[-len(wanted) - 1 :]
    at = [patches[cut.axis] for cut in wanted]
    places = [cut.places for cut in wanted]
    pieces = [tf.reshape(base, (math.prod(lengths), channels))]
    index = _looked_up(_rows(places, lengths), at, operator.add)
    if values is not None:
        ahead, sizes = [place - cut.start[:, np.newaxis] for place, cut in zip(places, own)], [cut.size for cut in own]
        inside = _looked_up(map(_within, ahead, sizes), at, operator.and_)
        first = math.prod(lengths) + math.prod(sizes) * tf.range(tf.shape(values)[0])
        changed = _looked_up(_rows(ahead, sizes), at, operator.add) + tf.reshape(first, (-1, *[1] * len(sizes)))
        index = tf.where(inside, changed, index)
        pieces.append(tf.reshape(values, (-1, channels)))
    if any(cut.hangs_over for cut in wanted):
        exists = _looked_up(map(_within, places, lengths), at, operator.and_)
        index = tf.where(exists, index, sum(tf.shape(piece)[0] for piece in pieces))
        pieces.append(tf.fill((1, channels), tf.cast(fill, base.dtype)))
    return tf.gather(tf.concat(pieces, 0) if len(pieces) > 1 else pieces[0], index)


def _rows(places, lengths):
    """Returns what places along each axis add to the number of a row, in a map of these lengths."""
    return [place * math.prod(lengths[axis + 1 :]) for axis, place in enumerate(places)]


def _looked_up(tables, at, join):
    """Returns the rows of tables, one an axis, at the patches' places in the grid, joined to `(P, *sizes)`."""
    found, axes = [], range(1, len(at) + 1)
    for axis, (table, patches) in enumerate(zip(tables, at), 1):
        table = np.expand_dims(table, [other for other in axes if other != axis])
        found.append(tf.gather(tf.constant(table, tf.bool if table.dtype == bool else tf.int32), patches))
    return functools.reduce(join, found)


def _within(places, length):
    return (places >= 0) & (places < length)
