"""Random masks: grids of cells, upsampled and shifted."""

import dataclasses
import functools
import math

import numpy as np
import tensorflow as tf

from keras_explain.tracing.thread_state import unharmed


@dataclasses.dataclass(frozen=True, eq=False)
class Masks:
    """Random masks, made anew whenever some of them are asked for.

    Attributes:
        grids: float32 `(count, *cells)`, 1 where a cell is shown and else 0.
        shifts: float32 `(count, axes)`, how far a mask is moved, as a share of a cell.
    """

    grids: tf.Tensor
    shifts: tf.Tensor

    @classmethod
    def drawn(cls, count, cells, keep, seed):
        """Draws masks; those of a smaller count are the first of a larger one.

        Args:
            count: Their number.
            cells: Number of cells along each axis.
            keep: The probability that a cell is shown.
            seed: That of the random numbers.
        """
        numbers = np.random.default_rng(seed).random((count, len(cells) + math.prod(cells)), np.float32)
        shifts, shown = np.split(numbers, [len(cells)], axis=1)
        return cls(tf.constant(shown.reshape(-1, *cells) < keep, tf.float32), tf.constant(shifts))

    def make(self, numbers, size):
        """Returns masks by their numbers, float32 `(B, *size)`.

        Args:
            numbers: int32 `(B,)`.
            size: The length of each axis, ints or an int tensor.
        """
        return upsampled(tf.gather(self.grids, numbers), tf.gather(self.shifts, numbers), size)

    def moments(self, scores, size, batch_size):
        """Returns the means over all masks of `S M` and of `(S M)^2`, float64 `(2, N, *size)`.

        Args:
            scores: `S` of each image under each mask, float32 `(N, count)`.
            size: The length of each axis, ints.
            batch_size: Number of masks in memory at a time.
        """
        sums, count = np.zeros((2, len(scores), *size)), scores.shape[1]
        for start in range(0, count, batch_size):
            numbers = np.arange(start, min(start + batch_size, count), dtype=np.int32)
            sums += np.asarray(self._sums(scores[:, numbers], numbers, np.array(size, np.int32)))
        return sums / count

    @functools.cached_property
    def _sums(self):
        taken = [tf.TensorSpec((None, None)), tf.TensorSpec((None,), tf.int32), tf.TensorSpec((None,), tf.int32)]

        def sums(scores, numbers, size):
            masks = tf.reshape(self.make(numbers, size), (tf.size(numbers), -1))
            found = [scores @ masks, tf.square(scores) @ tf.square(masks)]
            return tf.reshape(found, tf.concat([[2], tf.shape(scores)[:1], size], 0))

        function = tf.function(sums, input_signature=taken, autograph=False)
        unharmed(function.get_concrete_function)  # traced by a call, TensorFlow would warn of many explainers
        return function


def upsampled(grids, shifts, size):
    """Returns masks `(B, *size)`: grids upsampled bilinearly, each moved by a part of a cell.

    Along an axis of `L` places, `h` cells become `(h + 1) C` places with `C = ceil(L / h)`, by half-pixel centers, of
    which `L` are taken from one of the first `C` on. Only those are computed: by one product an axis, with a matrix of
    how much each cell gives to each place.

    Args:
        grids: float32 `(B, *cells)`.
        shifts: float32 `(B, axes)`, from where on, as a share of `C`.
        size: The length of each axis, ints or an int tensor.
    """
    values = grids
    for axis, cells in enumerate(grids.shape[1:]):
        side = tf.cast(-(-size[axis] // cells), tf.float32)
        places = tf.floor(shifts[:, axis, tf.newaxis] * side) + tf.range(size[axis], dtype=tf.float32)
        at = tf.clip_by_value((places + 0.5) * cells / ((cells + 1) * side) - 0.5, 0, cells - 1)
        shares = tf.nn.relu(1 - tf.abs(at[..., tf.newaxis] - tf.range(cells, dtype=tf.float32)))
        values = tf.reshape(
            values, (tf.shape(grids)[0], cells, -1)
        )  # as the axis goes to the end, the next is the first
        values = tf.matmul(values, shares, transpose_a=True, transpose_b=True)  # several times faster than einsum
    return tf.reshape(values, tf.concat([tf.shape(grids)[:1], size], 0))
