"""The plain way: a forward pass for each patch."""

import keras
import numpy as np
import tensorflow as tf

from keras_explain.progress import Progress


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
        index, axes = self._trace.signature.index, len(self._patches.sides)
        batch = [tf.gather(leaf, rows) for leaf in inputs]
        hidden, fill = tf.constant(True), tf.gather(fills, rows)
        for axis, (side, length) in enumerate(zip(self._patches.sides, self._patches.size)):
            ahead = tf.range(length) - corners[:, axis, tf.newaxis]
            inside = (ahead >= 0) & (ahead < side)
            hidden &= tf.reshape(inside, [-1, *(length if other == axis else 1 for other in range(axes))])
        channel = 1 if self._first else -1
        fill = tf.reshape(fill, [-1, fill.shape[1], *[1] * axes] if self._first else [-1, *[1] * axes, fill.shape[1]])
        batch[index] = tf.where(tf.expand_dims(hidden, channel), fill, batch[index])
        batch = keras.tree.pack_sequence_as(self._trace.signature.structure, batch)
        return self._trace.run(batch, tf.gather(targets, rows))["scores"]
