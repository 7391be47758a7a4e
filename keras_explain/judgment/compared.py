"""What was found of methods on the same images: a number for each and each measure, and how far it can be relied on."""

import dataclasses
import functools

import numpy as np

from keras_explain.checks.arrays import as_array
from keras_explain.errors import OptionError, brief, near
from keras_explain.judgment.comparison_figure import plot
from keras_explain.judgment.comparison_table import lines_of, notes_of
from keras_explain.judgment.intervals import beats, interval
from keras_explain.judgment.measures import ALIKE, MEASURES


@dataclasses.dataclass(frozen=True)
class ComparisonRow:
    """A measure of a method.

    Attributes:
        method: The method's name.
        measure: The measure's name.
        value: The mean over images; not a number where nothing could be measured.
        low: The lower end of its bootstrap interval of 95%; not a number of fewer than two images.
        high: The upper end.
        better: `"less"` or `"more"`.
        chance: What it would be by chance, the mean over images; None if there is no such level.
        count: Of how many images it is the mean.
        holds: Whether it is better than chance beyond doubt; of `"class"` and `"weights"`, whether maps are nearer to
            chance than to the same. None where that can't be told: without a chance level, or of too few images.
        best: Whether it is better than that of each other method, beyond doubt.
    """

    method: str
    measure: str
    value: float
    low: float
    high: float
    better: str
    chance: float | None
    count: int
    holds: bool | None
    best: bool


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Methods compared on N images; its text is the table.

    Attributes:
        values: `{(method, measure): float64 (N,)}`, what was measured of each image; not a number where nothing could
            be.
        chances: The same by chance; not a number where there is no such level.
        titles: `{name: title}` of the methods.
        left_out: `{name: reason}` of the methods that don't apply to the model.
        failed: `{(method, measure): reason}` of what couldn't be measured of any image.
        targets: int32 `(N,)`, the explained classes; -1 where a custom score got none.
        predicted: int32 `(N,)`, the predicted classes; None if they aren't known.
        labels: int32 `(N,)`, the true classes, -1 where they aren't known; None if none is.
        seed: That of the bootstrap.
    """

    values: dict
    chances: dict
    titles: dict
    left_out: dict
    failed: dict
    targets: np.ndarray
    predicted: np.ndarray | None
    labels: np.ndarray | None
    seed: int

    def __len__(self):
        return len(self.targets)

    @functools.cached_property
    def rows(self):
        """A `ComparisonRow` for each measure and method."""
        return tuple(self._row(method, measure) for measure in self.measures for method in self.titles)

    @property
    def measures(self):
        """The names of the measures."""
        return list(dict.fromkeys(measure for _, measure in self.values))

    @property
    def right(self):
        """Which images are predicted as they are labelled, bool `(N,)`; None if that isn't known."""
        return None if self.labels is None or self.predicted is None else self.labels == self.predicted

    def of(self, method, measure):
        """Returns the `ComparisonRow` of a method and a measure.

        Raises:
            OptionError: If there is no such one.
        """
        for name, known, what in ((method, list(self.titles), "method"), (measure, self.measures, "measure")):
            if not isinstance(name, str) or name not in known:
                raise OptionError(f"expected the name of a {what}, received {brief(name)}; {near(name, known)}")
        return next(row for row in self.rows if (row.method, row.measure) == (method, measure))

    def among(self, images):
        """Returns the `Comparison` on some of the images: nothing is asked anew.

            found.among(found.right)   # where the network is right

        Args:
            images: Indices, or a mask as `right`.

        Raises:
            OptionError: If they are neither, or none.
        """
        chosen = as_array(images, "images", OptionError)
        mask = chosen.dtype.kind == "b" and chosen.shape == (len(self),)
        whole = chosen.dtype.kind in "iu" and chosen.ndim == 1 and np.isin(chosen, range(len(self))).all()
        if chosen.size == 0 or not (mask and chosen.any() or whole):
            raise OptionError(
                f"expected images as a mask ({len(self)},) or indices below {len(self)}, received {brief(images)}."
            )
        changed = {name: getattr(self, name) for name in ("targets", "predicted", "labels")}
        changed = {name: array if array is None else array[chosen] for name, array in changed.items()}
        changed |= {
            name: {key: one[chosen] for key, one in getattr(self, name).items()} for name in ("values", "chances")
        }
        return dataclasses.replace(self, **changed)

    def plot(self):
        """Returns a matplotlib `Figure`: a panel a measure, with each method's mean, its interval and chance level."""
        return plot(self)

    @property
    def lines(self):
        """The table in lines."""
        return lines_of(self)

    @property
    def notes(self):
        """What is missing, and why, in sentences."""
        return tuple(notes_of(self))

    def __str__(self):
        return "\n".join([*self.lines, *self.notes])

    __repr__ = __str__

    def _row(self, method, measure):
        values, chances = self.values[method, measure], self.chances[method, measure]
        finite, better = np.isfinite(values), MEASURES[measure].better
        value = float(values[finite].mean()) if finite.any() else np.nan
        known = finite & np.isfinite(chances)
        chance = float(chances[known].mean()) if known.any() else None
        if chance is None:
            holds = None
        elif measure in ALIKE:
            holds = value < (1 + chance) / 2
        else:
            holds = beats(values, chances, better, self.seed)
        low, high = interval(values, self.seed)
        best = holds is not False and self._beats_all(method, measure)
        return ComparisonRow(method, measure, value, low, high, better, chance, int(finite.sum()), holds, best)

    def _beats_all(self, method, measure):
        others = [self.values[name, measure] for name in self.titles if name != method]
        values, better = self.values[method, measure], MEASURES[measure].better
        return len(others) > 0 and all(beats(values, one, better, self.seed) for one in others)
