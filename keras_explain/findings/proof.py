"""What proves that a group of images has a reason of its own: limits, and where they were measured."""

import dataclasses

import numpy as np

from keras_explain.findings.looks import Detail


@dataclasses.dataclass(frozen=True)
class _Least:
    """What a group has to have at least.

    Attributes:
        strength: That which it has surely, see `_sure_strength`.
        repeated: Mean strength in images that had no part in finding it.
        reached: Share of its own neighborhoods from which the search came to it.
    """

    strength: float
    repeated: float
    reached: float


# Of trained networks (digits, patches of photographs; a mark on a twentieth to a fifth of a class, at one place or
# anywhere; 170 to 400 decisions), the groups of a mark that the network uses had 5.1 to 20, and 3.5 to 20 in other
# images, from .6 of their neighborhoods and more. Of classes without one nearly all had less than 2.5, a few up to 7.6,
# as the handwriting of a few people; what of these is decided as surely as the others had 3.7 at most.
_LEAST = _Least(4.4, 2.0, 0.5)
# By what lies where maps point, marks that move had 2.6 to 7, and 1.9 to 7.9 in other images; of 112 classes without
# one those that had 2.5 and more had 1.1 in other images.
_LEAST_OF_DETAILS = _Least(2.5, 1.75, 0.3)
# What helps a decision makes it sure. Images that are merely odd are less sure than the others (.18 to .31), those with
# a mark as sure or surer (.6 to .97): the probability that one of the group is surer than one of the rest. A small
# group's has to be lower by more than chance.
_SURER = 0.4
# What the layer saw of a mark is in hardly any image of other classes (0 to .08), what it saw of a scene in more
# (.15 to .5).
_ELSEWHERE = 0.1


def stands_apart(group, look):
    """Tells whether a `Group` stands apart, by how it was looked at, and is found again."""
    least = least_of(look)
    enough = _sure_strength(group) >= least.strength
    return enough and group.repeated >= least.repeated and group.reached >= least.reached


def least_of(look):
    """Returns what a group has to have at least, by how it was looked at."""
    return _LEAST_OF_DETAILS if isinstance(look, Detail) else _LEAST


def less_sure(probabilities, members):
    """Tells whether the decisions of a group, bool `(n,)`, are less sure than the others, by more than chance."""
    group, rest = probabilities[members][:, np.newaxis], probabilities[~members]
    surer = float(((group > rest) + (group == rest) / 2).mean())
    deviation = np.sqrt((1 / len(group) + 1 / len(rest)) / 12)  # Of such a share by chance, as Mann and Whitney's.
    return surer < min(_SURER, 0.5 - 2 * deviation)


def is_elsewhere(positions):
    """Tells whether many images of other classes have what a group has, by where they lie between the rest and it."""
    return float((positions > 0.5).mean()) > _ELSEWHERE


def _sure_strength(group):
    """Returns the strength that a group has surely: a spread of few images is off by `1 / sqrt(2 (m - 1))` of itself.

    Times the share that is not of the group: the more images have a reason, the less it is an exception.
    """
    count = group.members.sum()
    return group.separation.strength * (1 - count / len(group.members)) * (1 - 1 / np.sqrt(2 * (count - 1)))
