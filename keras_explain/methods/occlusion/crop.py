"""Cut out of each patch's map what an operation reads, without making the map."""

import tensorflow as tf


def crop(base, values, own, wanted, patches, fill=0):
    """Returns `(P, *sizes, C)`: the map of each patch where `wanted`, `fill` outside of it.

    One gathering from the rows of the map that all patches share and of the changed parts of each.

    Args:
        base: `(1, H, W, C)` or `(H, W, C)`, the map that all patches share.
        values: `(P, h, w, C)`, what it is changed to; None if nothing is.
        own: Where that is, a `Cut` an axis.
        wanted: What to cut out, a `Cut` an axis.
        patches: int32 `(P,)` an axis, the patches' places in the grid.
        fill: What stands outside of the map.
    """
    height, width, channels = base.shape[-3:]
    starts = [_starts(cut, at) for cut, at in zip(wanted, patches)]
    rows, columns = (start + tf.range(cut.size) for start, cut in zip(starts, wanted))
    pieces = [tf.reshape(base, (height * width, channels))]
    index = rows[:, :, tf.newaxis] * width + columns[:, tf.newaxis]
    if values is not None:
        down, across = (at - _starts(cut, patch) for at, cut, patch in zip((rows, columns), own, patches))
        inside = _within(down, own[0].size)[:, :, tf.newaxis] & _within(across, own[1].size)[:, tf.newaxis]
        area = own[0].size * own[1].size
        ahead = height * width + area * tf.range(tf.shape(values)[0])[:, tf.newaxis] + down * own[1].size
        index = tf.where(inside, ahead[:, :, tf.newaxis] + across[:, tf.newaxis], index)
        pieces.append(tf.reshape(values, (-1, channels)))
    if any(cut.hangs_over for cut in wanted):
        exists = _within(rows, height)[:, :, tf.newaxis] & _within(columns, width)[:, tf.newaxis]
        index = tf.where(exists, index, sum(tf.shape(piece)[0] for piece in pieces))
        pieces.append(tf.fill((1, channels), tf.cast(fill, base.dtype)))
    return tf.gather(tf.concat(pieces, 0) if len(pieces) > 1 else pieces[0], index)


def _starts(cut, patches):
    return tf.gather(tf.constant(cut.start, tf.int32), patches)[:, tf.newaxis]


def _within(places, length):
    return (places >= 0) & (places < length)
