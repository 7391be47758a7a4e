"""What part of a map a patch changes, and what part of the map before it is read for that: one axis at a time."""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class Reach:
    """What an operation's output at place `o` is computed from: `extent` places from `o * stride - before`.

    Attributes:
        extent: Number of places, gaps of a dilation included.
        stride: Distance from one output's to the next one's.
        before: Padding before the first place.
    """

    extent: int = 1
    stride: int = 1
    before: int = 0


@dataclasses.dataclass(frozen=True, eq=False)
class Cut:
    """A stretch of one size for each patch; it may hang over the map's ends.

    Attributes:
        start: int `(P,)`, where it begins.
        size: Number of places.
        length: That of the whole map.
        axis: That of the grid of patches along which these lie.
    """

    start: np.ndarray
    size: int
    length: int
    axis: int

    def __eq__(self, other):
        same = (self.size, self.axis) == (other.size, other.axis)
        return same and np.array_equal(self.start, other.start)

    @property
    def places(self):
        """All its places, int `(P, size)`."""
        return self.start[:, np.newaxis] + np.arange(self.size)

    @property
    def hangs_over(self):
        return self.start.min() < 0 or self.start.max() + self.size > self.length


@dataclasses.dataclass(frozen=True, eq=False)
class Span:
    """Where a map changes by each patch: from `first` up to, without it, `last`; nowhere if they meet.

    Attributes:
        first: int `(P,)`.
        last: int `(P,)`.
        length: That of the whole map.
        axis: That of the grid of patches along which these lie.
    """

    first: np.ndarray
    last: np.ndarray
    length: int
    axis: int

    @classmethod
    def over(cls, patches):
        """Returns where an image changes by `Patches`, a span an axis."""
        axes = zip(map(np.asarray, patches.starts), patches.sides, patches.size)
        return tuple(cls(starts, starts + side, length, axis) for axis, (starts, side, length) in enumerate(axes))

    @property
    def whole(self):
        """The span of all places."""
        return self.all_of(self.length)

    def all_of(self, length):
        """Returns the span of all places of an axis of this length, for the same patches."""
        return Span(np.zeros_like(self.first), np.full_like(self.last, length), length, self.axis)

    @property
    def cut(self):
        """The stretch to compute: one size for all patches, moved inside the map, so that it may hold a bit more."""
        size = max(1, int(np.max(self.last - self.first)))
        return Cut(np.clip(self.first, 0, self.length - size), size, self.length, self.axis)

    def through(self, reach, length):
        """Returns where the output of an operation changes, `length` being that of its map."""
        first = (self.first + reach.before - reach.extent) // reach.stride + 1
        last = -(-(self.last + reach.before) // reach.stride)
        first = np.clip(first, 0, length)
        return Span(first, np.maximum(np.clip(last, 0, length), first), length, self.axis)

    def read(self, reach, length):
        """Returns the stretch of an operation's input, of that length, which its output here is computed from."""
        cut = self.cut
        start, size = cut.start * reach.stride - reach.before, (cut.size - 1) * reach.stride + reach.extent
        return Cut(start, size, length, self.axis)

    @staticmethod
    def union(spans):
        """Returns where one of several maps of a length changes."""
        first, last = (make([getattr(s, end) for s in spans], 0) for make, end in ((np.min, "first"), (np.max, "last")))
        return Span(first, last, spans[0].length, spans[0].axis)
