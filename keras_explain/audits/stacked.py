"""Rows of many files as one array, of which those that are asked for are read."""

import numpy as np

from keras_explain.audits.packed import unpacked


class Stacked:
    """Packed arrays one below the other, each opened as it is asked for: an array of float32 for who reads it.

    `stacked[5]`, `stacked[10:20]` and `stacked[indices]` read those rows, `np.asarray(stacked)` all of them.

    Attributes:
        shape: `(N, ...)`.
        dtype: float32.
    """

    dtype = np.dtype(np.float32)

    def __init__(self, lengths, read, scales):
        """Reads nothing yet but the shape.

        Args:
            lengths: Number of rows of each array.
            read: Function from an array's number to the array.
            scales: What each row is multiplied by, float32 `(N,)`.
        """
        self._ends, self._read, self._scales = np.cumsum(lengths), read, scales
        self.shape = (len(scales), *read(0).shape[1:])

    @property
    def ndim(self):
        return len(self.shape)

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, chosen):
        rows = np.arange(len(self))[chosen]
        if rows.ndim == 0:
            return self._taken(rows[np.newaxis])[0]
        return self._taken(rows)

    def __array__(self, dtype=None, copy=None):
        return self._taken(np.arange(len(self))).astype(dtype or self.dtype, copy=False)

    def __repr__(self):
        return f"<{self.dtype} {self.shape}, read as it is asked for>"

    def _taken(self, rows):
        found, numbers = np.empty((len(rows), *self.shape[1:]), self.dtype), np.searchsorted(self._ends, rows, "right")
        for number in np.unique(numbers):
            here = np.flatnonzero(numbers == number)
            start = self._ends[number - 1] if number else 0
            found[here] = unpacked(self._read(number)[rows[here] - start], self._scales[rows[here]])
        return found
