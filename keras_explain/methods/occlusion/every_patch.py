"""The plain way: a forward pass for each patch."""

import math

import numpy as np
import tensorflow as tf

from keras_explain.engine.copies import Copies


class EveryPatch:
    """Runs the model on every image with each patch hidden."""

    def __init__(self, compiled, patches):
        """Prepares the pass.

        Args:
            compiled: The `Compiled` function of the scores.
            patches: The `Patches` to hide.
        """
        self._compiled, self._patches = compiled, patches
        explained = compiled.signature.explained
        self._hidden = Copies(compiled, self._hide, [tf.TensorSpec(explained.shape, explained.dtype)])

    @property
    def traced(self):
        """Whether it runs without being traced before."""
        return self._hidden.traced

    def __call__(self, batch, shown, batch_size, verbose):
        """Returns the scores of the whole images `(N,)` and of those with each patch hidden `(N, P)`.

        Args:
            batch: The images, a `Batch`.
            shown: What shows of each image where a patch is, `(N, *spatial, C)`.
            batch_size: Number of images in memory at a time.
            verbose: See `Progress`.
        """
        base, every = self._compiled(batch, batch_size), np.ones((len(batch), self._patches.count), bool)
        return base.scores, self._hidden(batch, base.targets, every, [shown], batch_size=batch_size, verbose=verbose)

    def _hide(self, images, rows, numbers, shown):
        """Returns the images at `rows`, each with the patch of its number hidden."""
        size, corners = self._patches.size, tf.gather(tf.constant(self._patches.corners), numbers)
        axes, count = len(size), math.prod(size)
        hidden = tf.constant(True)
        for axis, (side, length) in enumerate(zip(self._patches.sides, size)):
            ahead = tf.range(length) - corners[:, axis, tf.newaxis]
            shape = [-1, *(length if other == axis else 1 for other in range(axes))]
            hidden &= tf.reshape((ahead >= 0) & (ahead < side), shape)
        # One gathering from the pixels and what hides them is the fastest of the ways that were tried.
        pixels = tf.reshape(tf.concat([images, shown], 0), (-1, images.shape[-1]))
        row = tf.reshape(rows, [-1, *[1] * axes])
        index = tf.where(hidden, tf.shape(images)[0] + row, row) * count + tf.reshape(tf.range(count), size)
        return tf.gather(pixels, index)
