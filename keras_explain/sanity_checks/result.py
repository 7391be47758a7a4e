"""What sanity checks found: a number for each map, and a verdict in words."""

import dataclasses

import numpy as np

from keras_explain.sanity_checks.figure import plot


@dataclasses.dataclass(frozen=True)
class SanityRow:
    """How alike a map is to the one of the same image, class and weights, where one of these is another.

    Attributes:
        check: `"weights"`, cascading randomization: the layers are redrawn, and all those after them; `"independent"`:
            they alone; `"class"`, of a class drawn at random; `"runner-up"`, of the class that is second; `"image"`, of
            another image, for the same class.
        image: Index of the image.
        layers: Paths of the layers that are redrawn in this step, the last to be used first; empty with other checks.
        step: Number of the step, or of the class that was drawn, from 0.
        target: The class of the other map; -1 if a custom score got none.
        similarity: Rank correlation of how much each place counts, see `metrics.evidence`; not a number where the map
            itself is blank.
        signed: Rank correlation of the signed values, for a method with `signed` maps; else None.
        ssim: Structural similarity of how much each place counts; None for maps that aren't images of 11 x 11 pixels.
        chance: The chance level of `similarity`: the mean of maps with nothing in common but the method.
    """

    check: str
    image: int
    layers: tuple
    step: int
    target: int
    similarity: float
    signed: float | None
    ssim: float | None
    chance: float

    @property
    def limit(self):
        """From which similarity on the map hardly depends on what was changed: halfway from chance to 1, the same."""
        return (1 + self.chance) / 2

    @property
    def holds(self):
        """Whether the map depends on what was changed."""
        return self.similarity < self.limit


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What a check says of a method.

    Attributes:
        check: `"weights"`, `"class"` or `"image"`.
        holds: Whether maps depend on it as they should.
        value: The similarity that decides, a mean over images.
        chance: Its chance level.
        sentence: The same in words.
    """

    check: str
    holds: bool
    value: float
    chance: float
    sentence: str


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Sanity:
    """What `sanity` found of an explainer; its text is the verdict.

    Attributes:
        title: The method's title.
        rows: A `SanityRow` for each map that was compared.
        chance: The chance level of similarities.
        verdicts: A `Verdict` for each check that has one.
        notes: What else is to be known, in sentences.
        pictured: `{title: maps}` of the first images: their own maps, and those that `plot` shows beside them.
        shown: Those images, as `visual.picture.showable` makes them; None if they can't be shown.
        looks: How maps are drawn, see `visual.look.look_of`.
    """

    title: str
    rows: tuple
    chance: float
    verdicts: tuple
    notes: tuple
    pictured: dict
    shown: np.ndarray | None
    looks: dict

    @property
    def holds(self):
        """Whether all verdicts do."""
        return all(verdict.holds for verdict in self.verdicts)

    def curve(self, check, measure="similarity"):
        """Returns the mean over images of a measure at each step of `"weights"` or `"independent"`, or of a check.

        Args:
            check: See `SanityRow`.
            measure: `"similarity"`, `"signed"` or `"ssim"`.
        """
        return curve(self.rows, check, measure)

    def plot(self):
        """Returns a matplotlib Figure: maps as more and more layers are redrawn, and how alike they stay."""
        return plot(self)

    def __str__(self):
        lines = [verdict.sentence for verdict in self.verdicts] + list(self.notes)
        said = ("passes" if self.holds else "fails") + " its sanity checks" if self.verdicts else "no verdict"
        return "\n".join([f"{self.title}: {said}", *lines])

    __repr__ = __str__


def curve(rows, check, measure="similarity"):
    """Returns the mean over images of a measure at each step of a check, as an array; empty without such rows."""
    rows = [row for row in rows if row.check == check and np.isfinite(row.similarity)]
    steps = [[getattr(row, measure) for row in rows if row.step == step] for step in sorted({row.step for row in rows})]
    return np.array([np.mean(values) if None not in values else np.nan for values in steps])
