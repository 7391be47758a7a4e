"""Pixels that are missing, each filled with the weighted mean of its neighbors, themselves filled or not.

That is a linear system with as many unknowns as pixels are missing, symmetric and positive definite as long as one is
there. Conjugate gradients solve it; a cycle over coarser and coarser grids, as their preconditioner, lets a hole of any
size take about as many steps as a small one.
"""

import dataclasses

import numpy as np

# By how much of the image's range a filled value may differ from the mean of its neighbors.
TOLERANCE = 1e-6
_ROUNDING = 1e-13  # and of its largest value
_MOST_STEPS = 1000
# Of a grid that is not made coarser.
_SMALL = 4


def imputed(image, missing):
    """Returns an image without its missing pixels, float64 `(*spatial, C)`.

    Each missing pixel is `sum_q w_q u_q / sum_q w_q` over its neighbors `q` within the image, in two dimensions with
    weights of 1/6 beside it and 1/12 across; in general with those of the product of `(1, 2, 1)` along each axis.

    Args:
        image: `(*spatial, C)`.
        missing: bool `(*spatial)`, not everywhere.
    """
    known = image.astype(np.float64)
    if not missing.any():
        return known
    grid, enough = Grid.over(missing), TOLERANCE * np.ptp(known[~missing]) + _ROUNDING * np.abs(known[~missing]).max()
    filled = np.where(grid.missing, known[~missing].mean(axis=0), known)
    residual = -grid.rest(filled)
    ways = better = grid.cycle(residual)
    product = _dot(residual, better)
    for _ in range(_MOST_STEPS):
        if np.abs(residual).max() <= enough:
            break
        turned = grid.rest(ways)
        step = _ratio(product, _dot(ways, turned))
        filled, residual = filled + step * ways, residual - step * turned
        better, before = grid.cycle(residual), product
        product = _dot(residual, better)
        ways = better + _ratio(product, before) * ways
    return filled


@dataclasses.dataclass(frozen=True, eq=False)
class Grid:
    """The equations of missing pixels, and those of every second pixel along each axis.

    Attributes:
        missing: bool `(*spatial, 1)`.
        total: The sum of the neighbors' weights of each place, of the same shape.
        coarser: Its `Grid`; None of a small one, or where no pixel of it would be there.
    """

    missing: np.ndarray
    total: np.ndarray
    coarser: "Grid | None"

    @classmethod
    def over(cls, missing):
        """Returns the grid of missing pixels, bool `(*spatial)`."""
        every_second = missing[(slice(None, None, 2),) * missing.ndim]
        deeper = max(missing.shape) > _SMALL and not every_second.all() and every_second.any()
        total = neighbor_sum(np.ones((*missing.shape, 1)))
        return cls(missing[..., np.newaxis], total, cls.over(every_second) if deeper else None)

    def rest(self, values):
        """Returns what is left of each equation: the weighted sum of a missing value less its neighbors."""
        return np.where(self.missing, self.total * values - neighbor_sum(values), 0)

    def cycle(self, residual):
        """Returns about what the missing values have to be changed by, a symmetric function of what is left."""
        axes = self.missing.ndim - 1
        damping = 2 / 3 if axes == 1 else 1.0  # by which a sweep leaves a third of what is not smooth
        inverse = np.divide(damping * self.missing, self.total, out=np.zeros_like(self.total), where=self.total > 0)
        values = inverse * residual
        if self.coarser is None:
            return values
        below = residual - self.rest(values)
        for axis in range(axes):
            below = _gathered(below, axis)
        scale = 4 / 2**axes  # a step twice as long counts four times, and its values are so many together
        below = self.coarser.cycle(np.where(self.coarser.missing, scale * below, 0))
        for axis, length in enumerate(self.missing.shape[:-1]):
            below = _spread(below, axis, length)
        values = values + np.where(self.missing, below, 0)
        return values + inverse * (residual - self.rest(values))


def neighbor_sum(values):
    """Returns the weighted sum of the neighbors of each place, those beyond the border 0, of `(*spatial, C)`."""
    found, axes = values, values.ndim - 1
    for axis in range(axes):
        wide = 2 * found
        ahead, behind = [slice(None)] * values.ndim, [slice(None)] * values.ndim
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        wide[tuple(ahead)] += found[tuple(behind)]
        wide[tuple(behind)] += found[tuple(ahead)]
        found = wide
    return (found - 2**axes * values) / (4**axes - 2**axes)


def _spread(values, axis, length):
    """Returns values of every second place interpolated linearly to all `length` of them, along an axis."""
    values = np.moveaxis(values, axis, 0)
    found = np.empty((length, *values.shape[1:]))
    found[::2], odd = values, found[1::2]
    odd[:] = values[: len(odd)]
    odd[: len(values) - 1] = (values[:-1] + values[1:]) / 2
    return np.moveaxis(found, 0, axis)


def _gathered(values, axis):
    """Returns what each second place gets of all values by the transposed of `_spread`, along an axis."""
    values = np.moveaxis(values, axis, 0)
    found, odd = values[::2].copy(), values[1::2]
    between = odd[: len(found) - 1] / 2
    found[1:] += between
    found[: len(between)] += between
    found[len(between) : len(odd)] += odd[len(between) :]
    return np.moveaxis(found, 0, axis)


def _dot(one, other):
    """Returns the product of each channel by itself."""
    return (one * other).sum(axis=tuple(range(one.ndim - 1)))


def _ratio(above, below):
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)
