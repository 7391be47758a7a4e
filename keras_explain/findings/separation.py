"""How well a group of images stands apart from the rest of its class, each image judged without itself."""

import dataclasses

import numpy as np

# Along the line between the two middles the density is asked for at so many places.
_GRID = np.linspace(0, 1, 61)
# The weakest directions are noise: none gets more weight than one with a tenth of the mean variance.
_SHRINKAGE = 0.1


@dataclasses.dataclass(frozen=True, eq=False)
class Separation:
    """How well a group stands apart.

    Attributes:
        positions: `(n,)`, of each image between the middle of the rest, 0, and that of the group, 1.
        distance: Between the two means, in standard deviations within them.
        depth: How empty it is between them: 1 if there is a place between the two without images, 0 if the group is
            only the end of one heap.
    """

    positions: np.ndarray
    distance: float
    depth: float

    @property
    def strength(self):
        """Distance times depth: 0 for a group cut from one heap, however far its middle is."""
        return max(self.distance, 0.0) * self.depth


class Direction:
    """The line from the middle of the rest, 0, to that of a group, 1.

    `w = (S + r I)^-1 (m_1 - m_0)`, Fisher's discriminant, of the means of the group and of the rest; the total
    covariance `S` gives the same direction as the one within.
    """

    def __init__(self, points, members):
        """Takes points `(n, d)`, centered and uncorrelated, as principal components are, and a group, bool `(n,)`."""
        middles = points[members].mean(axis=0), points[~members].mean(axis=0)
        self._weights = (middles[0] - middles[1]) / widened(points)
        self._zero, self._one = middles[1] @ self._weights, middles[0] @ self._weights

    def __call__(self, points):
        return (points @ self._weights - self._zero) / (self._one - self._zero)


def positions(points, members):
    """Returns where each image lies between the rest, 0, and each of some groups, 1, `(n, groups)`, see `Direction`.

    Each image is left out of the mean that it is held against, in closed form: a group of few points in many directions
    would stand apart by themselves otherwise.

    Args:
        points: As for `Direction`.
        members: bool `(n, groups)`; each group has two images at least, and leaves out two.
    """
    weighted = points / widened(points)
    inside = members.sum(axis=0)
    outside = len(points) - inside
    sums = members.T.astype(points.dtype) @ points
    group, rest = weighted @ (sums / inside[:, np.newaxis]).T, weighted @ (-sums / outside[:, np.newaxis]).T
    own = np.einsum("nd,nd->n", weighted, points)[:, np.newaxis]
    group = np.where(members, group + (group - own) / (inside - 1), group)
    rest = np.where(members, rest, rest + (rest - own) / (outside - 1))
    along = group - rest
    one = np.einsum("ng,ng->g", along, members) / inside
    zero = np.einsum("ng,ng->g", along, ~members) / outside
    return (along - zero) / np.where(one > zero, one - zero, np.inf)


def widened(points):
    """Returns the variance of each direction, the weakest lifted to a tenth of the mean one."""
    variances = points.var(axis=0)
    return variances + _SHRINKAGE * variances.mean()


def separation(points, members):
    """Returns the `Separation` of one group, bool `(n,)`."""
    return along_line(positions(points, members[:, np.newaxis])[:, 0], members)


def along_line(found, members):
    """Returns the `Separation` of a group of images by where each lies, `(n,)`."""
    group, rest = found[members], found[~members]
    spread = np.sqrt((group.var() + rest.var()) / 2)
    distance = float((group.mean() - rest.mean()) / spread) if spread > 0 else 0.0
    return Separation(found, distance, _depth(group, rest))


def _depth(group, rest):
    """Returns how much lower the density is between two heaps than at the middle of the lower one.

    The density is a Gaussian kernel's, as wide as Silverman's rule says for the smaller group.
    """
    width = 0.9 * min(group.std(), rest.std()) * min(len(group), len(rest)) ** -0.2
    if not width > 0:
        return 0.0
    every = np.concatenate([group, rest])
    density = np.exp(-0.5 * ((_GRID[:, np.newaxis] - every) / width) ** 2).sum(axis=1)
    return float(1 - density.min() / max(min(density[0], density[-1]), 1e-12))
