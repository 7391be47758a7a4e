"""Random masks: grids of cells, upsampled and shifted."""

import dataclasses
import math

import numpy as np
import tensorflow as tf


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
    masks = grids
    for axis, cells in enumerate(grids.shape[1:]):
        side = tf.cast(-(-size[axis] // cells), tf.float32)
        places = tf.floor(shifts[:, axis, tf.newaxis] * side) + tf.range(size[axis], dtype=tf.float32)
        at = tf.clip_by_value((places + 0.5) * cells / ((cells + 1) * side) - 0.5, 0, cells - 1)
        shares = tf.nn.relu(1 - tf.abs(at[..., tf.newaxis] - tf.range(cells, dtype=tf.float32)))
        masks = tf.einsum("bic,bc...->b...i", shares, masks)
    return masks
