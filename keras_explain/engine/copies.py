"""Scores of many changed copies of each image, a batch of copies in memory at a time."""

import numpy as np
import tensorflow as tf

from keras_explain.engine.progress import Progress
from keras_explain.tracing.other_variables import GraphFunction
from keras_explain.tracing.thread_state import unharmed


class Copies:
    """Runs a model on changed copies of images, which are made in the graph.

    A job is an image and the number of a copy. Jobs of several images share a batch, so that batches are full and
    bounded, however many images there are and copies of each.
    """

    def __init__(self, compiled, change, given=()):
        """Prepares the pass; it is traced with the first images, or with the first of each size, as `compiled` is.

        Args:
            compiled: The `Compiled` function of the scores.
            change: `(images, rows, numbers, *given) -> copies`: of some images `(n, *spatial, C)` those at `rows`, each
                changed in the way of its number, both int32 `(B,)`; the copies are `(B, *spatial, C)`, of their type.
            given: What else it takes, a row an image: a `tf.TensorSpec` each.
        """
        self._compiled, self._change, self._given, self._functions = compiled, change, list(given), {}

    @property
    def traced(self):
        """Whether it has been traced, for images of some size."""
        return bool(self._functions)

    def __call__(self, batch, targets, wanted, given=(), *, batch_size, verbose=0):
        """Returns the scores of the copies, float32 `(N, count)`: 0 where none is wanted.

        Args:
            batch: The images, a `Batch`.
            targets: The class whose score it is, int32 `(N,)`: that of the whole image.
            wanted: Which copies of each image, bool `(N, count)`.
            given: What else `change` takes, arrays with a row an image.
            batch_size: Number of copies in memory at a time.
            verbose: See `Progress`.
        """
        function = self._function(batch.arrays)
        unharmed(function.get_concrete_function)  # traced by a call, TensorFlow would warn of many explainers
        jobs, scores = np.flatnonzero(wanted), np.zeros(wanted.size, np.float32)
        bar = Progress(-(-len(jobs) // batch_size), verbose, "batch")

        def run():
            for start in range(0, len(jobs), batch_size):
                some = jobs[start : start + batch_size]
                rows, numbers = np.divmod(some.astype(np.int32), wanted.shape[1])
                images = slice(rows[0], rows[-1] + 1)
                inputs, others = ([array[images] for array in arrays] for arrays in (batch.arrays, given))
                scores[some] = function(inputs, targets[images], others, rows - rows[0], numbers)
                bar.step()

        self._compiled.keeping_state(run)
        return scores.reshape(wanted.shape)

    def _function(self, arrays):
        specs, numbers = self._compiled.specs(arrays), tf.TensorSpec((None,), tf.int32)
        signature = (specs, numbers, self._given, numbers, numbers)
        return self._functions.setdefault(tuple(specs), GraphFunction(self._score, signature))

    def _score(self, inputs, targets, given, rows, numbers):
        explained = self._compiled.signature.index
        copies = [tf.gather(leaf, rows) for leaf in inputs]
        copies[explained] = self._change(inputs[explained], rows, numbers, *given)
        return self._compiled.run(copies, tf.gather(targets, rows))["scores"]


def masked(images, masks, hidden=0):
    """Returns images as far as masks show them, and for the rest what hides them: `hidden + masks (images - hidden)`.

    Args:
        images: `(B, *spatial, C)`; of whole numbers, the nearest are returned.
        masks: float32 `(B, *spatial)`, from 0 to 1.
        hidden: What hides them, of the images' shape and type, or 0.
    """
    dtype = images.dtype if images.dtype.is_floating else tf.float32
    hidden, masks = tf.cast(hidden, dtype), tf.cast(masks, dtype)[..., tf.newaxis]
    copies = hidden + masks * (tf.cast(images, dtype) - hidden)
    return tf.cast(copies if images.dtype.is_floating else tf.round(copies), images.dtype)
