"""The plain way: a forward pass for each patch."""

import math

import keras
import numpy as np
import tensorflow as tf

from keras_explain.engine.progress import Progress


class Plain:
    """Runs the model on every image with each patch hidden."""

    def __init__(self, trace, patches, first):
        """Prepares the pass.

        Args:
            trace: The `Trace` of the scores.
            patches: The `Patches` to hide.
            first: Whether images are `(N, C, *spatial)`.
        """
        self._trace, self._patches, self._first = trace, patches, first
        specs, index = trace.signature.specs, trace.signature.index
        channels = specs[index].shape[1] if first else specs[index].shape[-1]
        axes, numbers = len(patches.sides), tf.TensorSpec((None,), tf.int32)
        fills, corners = tf.TensorSpec((None, channels), specs[index].dtype), tf.TensorSpec((None, axes), tf.int32)
        signature = (list(specs), fills, numbers, corners, numbers)
        self._hidden = tf.function(self._hide, input_signature=signature, autograph=False)

    def __call__(self, inputs, targets, fills, batch_size, verbose):
        """Returns the scores of the whole images `(N,)` and of those with each patch hidden `(N, P)`.

        Args:
            inputs: Checked images, one array an input of the model.
            targets: int32 `(N,)`, -1 for the predicted class.
            fills: What hides in each image, `(N, C)`.
            batch_size: Number of images in memory at a time.
            verbose: See `Progress`.
        """
        trace, count = self._trace, self._patches.count
        self._hidden.get_concrete_function()  # traced by a call, TensorFlow would warn of many explainers
        base = trace.answer(keras.tree.pack_sequence_as(trace.signature.structure, inputs), targets, batch_size)
        corners, scores = self._patches.corners, np.empty(len(targets) * count, np.float32)
        bar = Progress(-(-len(scores) // batch_size), verbose, "batch")
        for start in range(0, len(scores), batch_size):
            jobs = np.arange(start, min(start + batch_size, len(scores)))
            rows, patches = np.divmod(jobs, count)
            some = slice(rows[0], rows[-1] + 1)
            arrays = [array[some] for array in (*inputs, fills, base.targets)]
            rows = (rows - rows[0]).astype(np.int32)
            scores[jobs] = self._hidden(arrays[:-2], arrays[-2], rows, corners[patches], arrays[-1])
            bar.step()
        return base.scores, scores.reshape(-1, count)

    def _hide(self, inputs, fills, rows, corners, targets):
        """Returns the scores of the images at `rows`, each with the patch at its corner hidden."""
        explained, size = self._trace.signature.index, self._patches.size
        axes, count = len(size), math.prod(size)
        images = inputs[explained]
        images = tf.transpose(images, [0, *range(2, axes + 2), 1]) if self._first else images
        hidden = tf.constant(True)
        for axis, (side, length) in enumerate(zip(self._patches.sides, size)):
            ahead = tf.range(length) - corners[:, axis, tf.newaxis]
            shape = [-1, *(length if other == axis else 1 for other in range(axes))]
            hidden &= tf.reshape((ahead >= 0) & (ahead < side), shape)
        # One gathering from the pixels and what hides them is the fastest of the ways that were tried.
        pixels = tf.concat([tf.reshape(images, (-1, images.shape[-1])), fills], 0)
        row = tf.reshape(rows, [-1, *[1] * axes])
        index = row * count + tf.reshape(tf.range(count), size)
        images = tf.gather(pixels, tf.where(hidden, tf.shape(images)[0] * count + row, index))
        batch = [tf.gather(leaf, rows) for leaf in inputs]
        batch[explained] = tf.transpose(images, [0, axes + 1, *range(1, axes + 1)]) if self._first else images
        batch = keras.tree.pack_sequence_as(self._trace.signature.structure, batch)
        return self._trace.run(batch, tf.gather(targets, rows))["scores"]
