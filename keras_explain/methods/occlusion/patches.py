"""Where patches lie, and maps made of what hiding each of them costs."""

import dataclasses
import math

import numpy as np

from keras_explain.errors import OptionError, brief


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

    @classmethod
    def over(cls, size, patch=None, stride=None):
        """Returns the patches over images of a spatial size; the options are those of `Occlusion`.

        Raises:
            OptionError: If the patch is larger than the images, or the stride than the patch.
        """
        sides = _per_axis(patch, [max(1, side // 8) for side in size], "patch")
        steps = _per_axis(stride, [max(1, side // 2) for side in sides], "stride")
        if any(side > length for side, length in zip(sides, size)):
            raise OptionError(f"expected a patch of at most {size}, the images' size, received {brief(tuple(sides))}.")
        if any(step > side for step, side in zip(steps, sides)):
            raise OptionError(f"expected a stride of at most the patch, {tuple(sides)}, received {brief(steps)}.")
        return cls(tuple(sides), tuple(patch_starts(*axis) for axis in zip(size, sides, steps)), tuple(size))

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


def patch_starts(length, patch, stride):
    """Returns where patches begin along an axis: every `stride`, the last one flush with the end."""
    starts = list(range(0, length - patch + 1, stride))
    return starts if starts[-1] == length - patch else [*starts, length - patch]


def spread(drops, patches):
    """Returns maps `(N, *size)`: at each place the mean of the drops `(N, *grid)` over the patches that cover it."""
    maps, covered = drops, np.ones((1, *drops.shape[1:]), drops.dtype)
    for axis, (starts, side, length) in enumerate(zip(patches.starts, patches.sides, patches.size), start=1):
        places = np.arange(length)[:, np.newaxis]
        covers = ((places >= starts) & (places < np.add(starts, side))).astype(drops.dtype)
        maps, covered = (np.moveaxis(np.tensordot(covers, x, (1, axis)), 0, axis) for x in (maps, covered))
    return maps / covered


def _per_axis(value, default, name):
    values = default if value is None else np.ravel(value).tolist()
    if len(values) not in (1, len(default)):
        raise OptionError(f"expected {name} as one number or {len(default)}, one a dimension, received {brief(value)}.")
    return values if len(values) == len(default) else values * len(default)
