"""Cut out of each patch's map what an operation reads, without making the map."""

import numpy as np
import tensorflow as tf


def crop(base, values, own, wanted, patches, fill=0):
    """Returns `(P, *sizes, C)`: the map of each patch where `wanted`, `fill` outside of it.

    One gathering from the rows of the map that all patches share and of the changed parts of each. Where these lie is
    known for each place of the grid, so that it is looked up, not computed: the graph stays small.

    Args:
        base: `(1, H, W, C)` or `(H, W, C)`, the map that all patches share.
        values: `(P, h, w, C)`, what it is changed to; None if nothing is.
        own: Where that is, a `Cut` an axis.
        wanted: What to cut out, a `Cut` an axis.
        patches: int32 `(P,)` an axis, the patches' places in the grid.
        fill: What stands outside of the map.
    """
    height, width, channels = base.shape[-3:]
    rows, columns = (cut.places for cut in wanted)
    pieces = [tf.reshape(base, (height * width, channels))]
    index = tf.add(*_at(rows * width, columns, patches))
    if values is not None:
        down, across = (at - cut.start[:, np.newaxis] for at, cut in zip((rows, columns), own))
        inside = tf.logical_and(*_at(_within(down, own[0].size), _within(across, own[1].size), patches))
        first = height * width + own[0].size * own[1].size * tf.range(tf.shape(values)[0])
        changed = tf.add(*_at(down * own[1].size, across, patches)) + tf.reshape(first, (-1, 1, 1))
        index = tf.where(inside, changed, index)
        pieces.append(tf.reshape(values, (-1, channels)))
    if any(cut.hangs_over for cut in wanted):
        exists = tf.logical_and(*_at(_within(rows, height), _within(columns, width), patches))
        index = tf.where(exists, index, sum(tf.shape(piece)[0] for piece in pieces))
        pieces.append(tf.fill((1, channels), tf.cast(fill, base.dtype)))
    return tf.gather(tf.concat(pieces, 0) if len(pieces) > 1 else pieces[0], index)


def _at(rows, columns, patches):
    """Returns the rows of two tables at the patches' places in the grid, `(P, h, 1)` and `(P, 1, w)`."""
    tables = rows[:, :, np.newaxis], columns[:, np.newaxis]
    kinds = (tf.bool if table.dtype == bool else tf.int32 for table in tables)
    return [tf.gather(tf.constant(table, kind), at) for table, kind, at in zip(tables, kinds, patches)]


def _within(places, length):
    return (places >= 0) & (places < length)
