"""Where patches lie."""

import dataclasses
import math

import numpy as np


@dataclasses.dataclass(frozen=True)
class Patches:
    """A grid of patches over images of one size.

    Attributes:
        sides: The patch's side along each axis.
        starts: Where patches begin along each axis.
        size: The images' size.
    """

    sides: tuple
    starts: tuple
    size: tuple

    @property
    def grid(self):
        return tuple(map(len, self.starts))

    @property
    def count(self):
        return math.prod(self.grid)

    @property
    def places(self):
        """Each patch's place in the grid, int32 `(P, axes)`."""
        return np.indices(self.grid, np.int32).reshape(len(self.grid), -1).T

    @property
    def corners(self):
        """Where each patch begins, int32 `(P, axes)`."""
        return np.stack([np.take(start, at) for start, at in zip(self.starts, self.places.T)], 1).astype(np.int32)
