"""Whether some images of a class are decided for another reason than the others."""

import dataclasses

import numpy as np

from keras_explain.findings.looks import Content, Detail, Place, PlaceAndContent, Principal
from keras_explain.findings.proof import is_elsewhere, least_of, less_sure, stands_apart
from keras_explain.findings.search import Group, by_chance, groups, overlap
from keras_explain.findings.separation import Direction, separation

# Fewer decisions than this hold no group of five that could be told from the end of a heap.
FEWEST_DECISIONS = 60
# A search takes the square of the images in time; the others are assigned to what it found.
_SEARCHED = 2000
_OTHERS = 2000


@dataclasses.dataclass(frozen=True, eq=False)
class Reason:
    """A reason of its own that some decisions for a class have.

    Attributes:
        kind: What tells them apart, see `Finding`.
        rows: All decisions for the class.
        positions: Of each, from 0, as the others, to 1, as the group.
        members: Whether each is of the group.
        group: The `Group` among those that were searched.
        chance: The strength that the best group of as many random points has.
    """

    kind: str
    rows: np.ndarray
    positions: np.ndarray
    members: np.ndarray
    group: Group
    chance: float


class ClassReasons:
    """The decisions for one class, compared with each other."""

    def __init__(self, data, label, rows, seed):
        """Reads the maps of some of them.

        Args:
            data: The `Explained` dataset.
            label: The class.
            rows: The decisions for it, in the order of their keys.
            seed: What is drawn by.
        """
        self._data, self._label, self._seed, self.rows = data, label, seed, rows
        # Errors are made for many reasons; what the right ones have in common shows better without them.
        right = np.flatnonzero(np.isin(data.labels[rows], (label, -1)))
        searched = right if len(right) >= FEWEST_DECISIONS else np.arange(len(rows))
        self._searched = np.sort(np.random.default_rng(seed).permutation(searched)[:_SEARCHED])
        self._sample = data.all_of(rows[self._searched])
        # Blank maps are like each other, and like none else: a group without a reason.
        self._drawn = self._sample.drawn
        drawn, content = self._sample[self._drawn], self._sample.features is not None
        self._looks = [Content()] if content else []
        if self._drawn.any():
            self._looks = [Place(), *self._looks, *map(Detail, range(len(drawn.details)))]
            self._looks += [PlaceAndContent(drawn)] if content else []

    def reasons(self):
        """Returns the `Reason`s that are proven, the strongest first; of two that hold the same images one."""
        if len(self.rows) < FEWEST_DECISIONS:
            return []
        found = [reason for look in self._looks for reason in self._proven(look)]
        found.sort(key=lambda reason: -reason.group.separation.strength)
        kept = []
        for reason in found:
            if all(overlap(reason.members, other.members) < 0.5 for other in kept):
                kept.append(reason)
        return kept

    def strangeness(self):
        """Returns how far each decision is from the middle, `(n,)`: 1 on average.

        The mean square over the principal components of the look that holds most, each by its variance.
        """
        if not self._looks or len(self.rows) < 3:
            return np.ones(len(self.rows))
        look = self._looks[-1]
        points = self._points(look)
        if not points.shape[1]:  # all are alike
            return np.ones(len(self.rows))
        principal, variances = Principal(look.rows(self._usable(look))), np.maximum(points.var(axis=0), 1e-12)
        return self._of_all(look, lambda rows: (principal(rows) ** 2 / variances).mean(axis=1))

    def _usable(self, look):
        return self._sample[self._of_look(look)]

    def _of_look(self, look):
        return self._drawn if look.drawn else np.ones_like(self._drawn)

    def _points(self, look):
        rows = look.rows(self._usable(look))
        return Principal(rows)(rows)

    def _proven(self, look):
        usable = self._of_look(look)
        if usable.sum() < FEWEST_DECISIONS:
            return
        rows = look.rows(self._usable(look))
        principal = Principal(rows)
        points = principal(rows)
        if points.shape[1] < 2:
            return
        chance = None
        for group in groups(points, self._seed):
            if not stands_apart(group, look):
                continue
            direction = Direction(points, group.members)
            if self._less_sure(self._searched[usable], group.members) or self._seen_elsewhere(look, group.members):
                continue
            chance = by_chance(points, self._seed) if chance is None else chance
            if group.separation.strength > chance:
                positions = self._of_all(look, lambda rows, towards=direction: towards(principal(rows)))
                positions[self._searched[usable]] = group.separation.positions
                # With wrong decisions, which had no part so far: odd images are taken for the class now and then.
                if not self._less_sure(slice(None), positions > 0.5):
                    yield Reason(look.kind, self.rows, positions, positions > 0.5, group, chance)

    def _less_sure(self, compared, members):
        chances = self._data.probabilities
        return chances is not None and less_sure(chances[self.rows[compared]], members)

    def _seen_elsewhere(self, look, members):
        """Tells whether what a layer saw tells the group, and other classes have it as well."""
        others = np.flatnonzero(~np.isin(self._data.predicted, (self._label, -1)))
        if isinstance(look, Place) or not len(others):
            return False
        content = look if isinstance(look, Detail) else Content()
        rows = content.rows(self._usable(look))
        principal = Principal(rows)
        points = principal(rows)
        if separation(points, members).strength < least_of(look).strength:
            return False
        some = np.random.default_rng(self._seed).permutation(self._data.by_key(others))[:_OTHERS]
        seen = self._data.all_of(some)
        return is_elsewhere(Direction(points, members)(principal(content.rows(seen[seen.finite]))))

    def _of_all(self, look, function):
        found = []
        for _, seen in self._data.read(self.rows):
            values = function(look.rows(seen))
            found.append(np.where(seen.drawn, values, 0) if look.drawn else values)
        return np.concatenate(found)
