"""What was measured of maps, to decide whether to believe them."""

import dataclasses

import numpy as np

MEASURES = ("deletion", "class", "weights")
HOLDS, FAILS = "\u2713", "\u2717"


@dataclasses.dataclass(frozen=True)
class TrustRow:
    """One measure of one map.

    Attributes:
        method: The method's name in the explanation.
        image: Index of the image.
        measure: `"deletion"`, `"class"` or `"weights"`.
        value: What was measured: how many times as fast the score falls by this map as by the same map elsewhere; how
            alike the maps of another class, or of redrawn weights, are. Not a number where nothing can be measured.
        chance: What it would be by chance.
        holds: Whether it speaks for the map.
        sentence: The same in words.
    """

    method: str
    image: int
    measure: str
    value: float
    chance: float
    holds: bool
    sentence: str

    @property
    def mark(self):
        """The same as it stands below a map: whether it holds, the value and its chance level."""
        form = "{:.1f}\u00d7" if self.measure == "deletion" else "{:.2f}"
        numbers = f"{form.format(self.value)} (chance {form.format(self.chance)})"
        said = "nothing to compare" if np.isnan(self.value) else numbers
        return f"{HOLDS if self.holds else FAILS} {self.measure} {said}"


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Trust:
    """How far the maps of an explanation can be believed; its text is that in sentences.

    There is no single score: the measures ask different things, and where they disagree the text says so.

    Attributes:
        rows: A `TrustRow` for each map and measure.
        titles: `{name: title}` of the methods.
        notes: What couldn't be measured, and why.
    """

    rows: tuple
    titles: dict
    notes: tuple = ()

    def of(self, method, measure=None, image=None):
        """Returns the rows of a method, of one measure and one image if they are given."""
        return [
            row
            for row in self.rows
            if row.method == method and measure in (None, row.measure) and image in (None, row.image)
        ]

    def __getitem__(self, images):
        """Returns the `Trust` in the maps of some images, numbered anew."""
        rows = [
            dataclasses.replace(row, image=new)
            for new, old in enumerate(images)
            for row in self.rows
            if row.image == old
        ]
        return dataclasses.replace(self, rows=tuple(rows))

    def __str__(self):
        lines = []
        for name, title in self.titles.items():
            found = [line for measure in MEASURES if (line := _summary(self.of(name, measure)))]
            if not found:
                continue
            kinds = {measure for measure in MEASURES if _most(self.of(name, measure))}
            asked = {row.measure for row in self.of(name)}
            said = "all speak for it" if kinds == asked else "none speaks for it" if not kinds else "they disagree"
            lines += [f"{title}: {said}", *(f"  {line}" for line in found)]
        return "\n".join([*lines, *self.notes])

    __repr__ = __str__


def _most(rows):
    return bool(rows) and np.mean([row.holds for row in rows]) > 0.5


def _summary(rows):
    """Returns a line on all images of a method: the sentence itself of a single one."""
    if len(rows) < 2:
        return "".join(row.sentence for row in rows)
    holds, typical = sum(row.holds for row in rows), sorted(rows, key=_value)[len(rows) // 2]
    return (
        f"{rows[0].measure}: holds for {holds} of {len(rows)} images; image {typical.image}, the median: "
        + (typical.sentence.partition(": ")[2])
    )


def _value(row):
    return -np.inf if np.isnan(row.value) else row.value
