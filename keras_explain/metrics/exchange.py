"""The scores of images while their pixels are exchanged for others, step by step, in the order of a map."""

import numpy as np
import tensorflow as tf

from keras_explain.engine.copies import Copies
from keras_explain.metrics.curves import Curves, runs_of
from keras_explain.metrics.ordering import ordering

# Share of a step whose pixels may tie with others without a mean over orders. Maps of 7 x 7 places have runs of 16 to
# 256 equal pixels along their borders at 224 x 224, which a quarter of the steps split, at passes for each order; on
# photographs that moved areas by less than .001.
_SPARED = 0.1


def exchanged(scorer, batch, others, values, *, coming, steps, orders, seed, verbose):
    """Returns the `Curves` from images to others, or if they are `coming`, from the others back to the images.

    Args:
        scorer: The `Scorer` of the model.
        batch: The images, a `Batch`.
        others: What they become, an array of the images' shape and type.
        values: What decides which pixels are exchanged first: the largest, finite numbers `(N, *spatial)`.
        coming: Whether the pixels of the images are those that come.
        steps: In how many equal groups; no more than there are pixels.
        orders: How many orders of pixels of equal value are tried, where a step ends among them.
        seed: Makes these repeatable.
        verbose: See `Progress`.
    """
    answer, size = scorer.answer(batch), values[0].size
    counts = np.rint(np.linspace(0, size, min(steps, size) + 1)).astype(int)
    ordered = ordering(values, counts[1:], orders, seed, spared=int(_SPARED * size / (len(counts) - 1)))
    wanted = np.zeros((len(batch), ordered.steps.shape[1], len(counts)), bool)
    wanted[:, :, 1:] = ordered.split[:, np.newaxis]
    wanted[:, 0] = True
    gone = ordered.steps
    if coming:  # which read backward is to go in the reverse order
        gone, wanted = len(counts) - 2 - gone, wanted[..., ::-1]
    wanted[:, 0, 0] = False

    copies = scorer.prepared(("exchange", len(counts)), lambda: _copies(scorer.compiled, len(counts)))
    given, each = [others, gone], wanted.reshape(len(batch), -1)
    scores = copies(batch, answer.targets, each, given, batch_size=scorer.batch_size, verbose=verbose)
    scores = scores.reshape(wanted.shape)
    scores[:, 0, 0] = answer.scores
    runs = runs_of(scores, wanted, orders)
    return Curves(counts / size, runs[..., ::-1] if coming else runs)


def _copies(compiled, count):
    """Returns the `Copies` whose number `order * count + k` has had the pixels of the first `k` steps go."""
    explained = compiled.signature.explained

    def change(images, rows, numbers, others, steps):
        # One table of the pixels at both ends, and where in it each is: selecting by a mask takes twice as long.
        shape = tf.shape(images)
        size = tf.reduce_prod(shape[1:-1])
        ends = tf.reshape(tf.stack([images, others], axis=1), (-1, shape[-1]))
        going = tf.reshape(tf.gather_nd(steps, tf.stack([rows, numbers // count], axis=1)), (-1, size))
        gone = tf.cast(going < tf.cast(numbers % count, tf.int16)[:, tf.newaxis], tf.int32)
        pixels = tf.gather(ends, (2 * rows[:, tf.newaxis] + gone) * size + tf.range(size))
        return tf.ensure_shape(tf.reshape(pixels, tf.concat([tf.shape(rows), shape[1:]], 0)), images.shape)

    given = [tf.TensorSpec(explained.shape, explained.dtype), tf.TensorSpec((None,) * explained.shape.rank, tf.int16)]
    return Copies(compiled, change, given)
