"""The plain way: a forward pass for each patch."""

import math

import numpy as np
import tensorflow as tf

from keras_explain.engine.progress import Progress


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
        axes, numbers = len(patches.sides), tf.TensorSpec((None,), tf.int32)
        fills, corners = (
            tf.TensorSpec((None, explained.shape[-1]), explained.dtype),
            tf.TensorSpec((None, axes), tf.int32),
        )
        signature = (compiled.signature.specs, fills, numbers, corners, numbers)
        self._hidden = tf.function(self._hide, input_signature=signature, autograph=False)

    def __call__(self, batch, fills, batch_size, verbose):
        """Returns the scores of the whole images `(N,)` and of those with each patch hidden `(N, P)`.

        Args:
            batch: The images, a `Batch`.
            fills: What hides in each image, `(N, C)`.
            batch_size: Number of images in memory at a time.
            verbose: See `Progress`.
        """
        count = self._patches.count
        self._hidden.get_concrete_function()  # traced by a call, TensorFlow would warn of many explainers
        base = self._compiled(batch, batch_size)
        corners, scores = self._patches.corners, np.empty(len(batch) * count, np.float32)
        bar = Progress(-(-len(scores) // batch_size), verbose, "batch")

        def run():
            for start in range(0, len(scores), batch_size):
                jobs = np.arange(start, min(start + batch_size, len(scores)))
                rows, patches = np.divmod(jobs, count)
                some = slice(rows[0], rows[-1] + 1)
                arrays = [array[some] for array in (*batch.arrays, fills, base.targets)]
                rows = (rows - rows[0]).astype(np.int32)
                scores[jobs] = self._hidden(arrays[:-2], arrays[-2], rows, corners[patches], arrays[-1])
                bar.step()

        self._compiled.keeping_state(run)
        return base.scores, scores.reshape(-1, count)

    def _hide(self, inputs, fills, rows, corners, targets):
        """Returns the scores of the images at `rows`, each with the patch at its corner hidden."""
        explained, size = self._compiled.signature.index, self._patches.size
        axes, count = len(size), math.prod(size)
        images = inputs[explained]
        hidden = tf.constant(True)
        for axis, (side, length) in enumerate(zip(self._patches.sides, size)):
            ahead = tf.range(length) - corners[:, axis, tf.newaxis]
            shape = [-1, *(length if other == axis else 1 for other in range(axes))]
            hidden &= tf.reshape((ahead >= 0) & (ahead < side), shape)
        # One gathering from the pixels and what hides them is the fastest of the ways that were tried.
        pixels = tf.concat([tf.reshape(images, (-1, images.shape[-1])), fills], 0)
        row = tf.reshape(rows, [-1, *[1] * axes])
        index = row * count + tf.reshape(tf.range(count), size)
        arrays = [tf.gather(leaf, rows) for leaf in inputs]
        arrays[explained] = tf.gather(pixels, tf.where(hidden, tf.shape(images)[0] * count + row, index))
        return self._compiled.run(arrays, tf.gather(targets, rows))["scores"]
