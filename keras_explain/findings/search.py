"""Find groups of images that stand apart, and prove that they do."""

import dataclasses

import numpy as np

from keras_explain.findings.proposals import STARTS, neighborhoods, spectral_clusters
from keras_explain.findings.separation import Direction, Separation, along_line, positions, separation, widened

# Fewer images than this say nothing on where a direction leads.
FEWEST = 5
# A smaller share of a class is some near copies rather than a reason.
_SMALLEST = 1 / 40
# What decides more of a class than this is one of its ordinary reasons, not an exception.
LARGEST = 1 / 3
_ROUNDS = 12
_SPLITS = 8
# Groups cut from one heap aren't looked into any further.
_WEAK = 2.0
# Groups that share so much of what they hold together are one.
_SAME = 0.7


@dataclasses.dataclass(frozen=True, eq=False)
class Group:
    """Images that stand apart.

    Attributes:
        members: bool `(n,)`.
        separation: The `Separation`.
        reached: Share of its own images from whose neighborhood alone the search comes to the group.
        repeated: How strong it is, on average, in the half of the images that had no part in finding it.
    """

    members: np.ndarray
    separation: Separation
    reached: float
    repeated: float


def groups(points, seed):
    """Returns the groups of points `(n, d)` that stand apart, the strongest first.

    Each proposal is sharpened until it holds what is nearer to its middle than to the rest's along their discriminant.
    """
    rng = np.random.default_rng(seed)
    starts = rng.permutation(len(points))[:STARTS]
    # Near as it is, and as the discriminant measures it: a small group shows in either.
    near = [_settled(points, neighborhoods(each, starts)) for each in (points, points / np.sqrt(widened(points)))]
    found = np.concatenate([*near, _settled(points, spectral_clusters(points, seed))], axis=1)
    found = np.unique(found[:, _sized(found) & (found.mean(axis=0) >= _SMALLEST)], axis=1)
    judged = [(one, separation(points, one)) for one in found.T]
    kept = []
    for members, apart in sorted(judged, key=lambda each: -each[1].strength):
        if apart.strength > _WEAK and all(overlap(members, other.members) < _SAME for other in kept):
            kept.append(Group(members, apart, _reached(members, near, starts), _repeated(points, members, rng)))
    return kept


def by_chance(points, seed, draws=5):
    """Returns the strength of the strongest group in points with the same covariance, but in one heap."""
    rng = np.random.default_rng(seed)
    most = 0.0
    for _ in range(draws):
        found = groups(rng.normal(size=points.shape) * points.std(axis=0), seed)
        most = max([most, *(group.separation.strength for group in found[:1])])
    return most


def overlap(members, others):
    """Returns Jaccard's index of two groups."""
    return (members & others).sum() / max((members | others).sum(), 1)


def _settled(points, members):
    """Returns each group as it is when it doesn't change any more; one that leaves the bounds is empty."""
    for _ in range(_ROUNDS):
        sized = _sized(members)
        new = np.zeros_like(members)
        if sized.any():
            new[:, sized] = positions(points, members[:, sized]) > 0.5
        if (new == members).all():
            break
        members = new
    return members & _sized(members)


def _repeated(points, members, rng):
    """Returns the mean strength of a group in one half by the direction that the other gives, over some halves."""
    halves = [rng.permutation(len(points)) % 2 == 0 for _ in range(_SPLITS)]
    return float(np.mean([_strength_in(points, members, half) for one in halves for half in (one, ~one)]))


def _strength_in(points, members, half):
    group, others = members[~half, np.newaxis], points[~half]
    for _ in range(_ROUNDS if group.sum() >= 2 else 0):
        new = positions(others, group) > 0.5
        if new.sum() < 2 or (new == group).all():
            break
        group = new
    if not 2 <= group.sum() <= LARGEST * len(others):
        return 0.0
    found = Direction(others, group[:, 0])(points[half])
    there = found > 0.5
    return along_line(found, there).strength if 2 <= there.sum() <= LARGEST * len(found) else 0.0


def _sized(members):
    sizes = members.sum(axis=0)
    return (sizes >= FEWEST) & (sizes <= LARGEST * len(members))


def _reached(members, near, starts):
    own = members[starts]
    if not own.any():
        return 0.0
    return max(float(np.mean([overlap(members, one) >= _SAME for one in found.T[own]])) for found in near)
