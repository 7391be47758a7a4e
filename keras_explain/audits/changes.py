"""What changed from one network to another: a row an image, those that matter first."""

import collections
import dataclasses

import numpy as np

from keras_explain.checks.options import check_count
from keras_explain.errors import InputError, brief
from keras_explain.visual.grids import plot_attributions
from keras_explain.visual.text import legible

KINDS = ("broken", "fixed", "flipped", "kept")
_LISTED = 10  # Classes that the text tells of.


@dataclasses.dataclass(frozen=True)
class ChangeRow:
    """What two networks say of an image.

    Attributes:
        key: The image's name.
        label: Its true class, None where it isn't known.
        before: The class that the first network takes it for.
        after: The one that the second takes it for.
        sure_before: The probability that the first gives its class.
        sure_after: The probability that the second gives its own.
        target: The class whose maps are compared: the true one, or where it isn't known the first network's.
        kind: `"broken"`, right before and wrong now; `"fixed"`, the other way; `"flipped"`, another class, of which
            neither is right or it isn't known; `"kept"`.
        movement: How far the map moved, see `metrics.movement`: 0 the same direction, 1 nothing in common.
    """

    key: str
    label: int | None
    before: int
    after: int
    sure_before: float
    sure_after: float
    target: int
    kind: str
    movement: float

    def place(self):
        """Returns what rows are ordered by: the kind, and within it what is most to be looked at."""
        sure = {"broken": self.sure_after, "fixed": self.sure_before, "flipped": self.sure_before + self.sure_after}
        return KINDS.index(self.kind), -sure.get(self.kind, self.movement)


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Changes:
    """What changed from one network to another; its text is that in sentences, `len` the number of images.

    Attributes:
        rows: A `ChangeRow` an image: broken ones, by how sure the second network is of its error; fixed ones; flipped
            ones; then those that kept their class, by how far their maps moved.
        class_names: The name of each class.
        names: What the networks are called.
        pictured: `{key: (input as shown, the first network's map, the second's)}` of the first rows.
        looks: Of each network's maps, see `visual.look`.
        broken: `{key: reason}` of the photographs that couldn't be read.
    """

    rows: tuple
    class_names: list
    names: tuple
    pictured: dict
    looks: tuple
    broken: dict

    def __len__(self):
        return len(self.rows)

    def of(self, kind=None, label=None):
        """Returns the rows of a kind, of a class, or both; of images whose class isn't known by the explained one."""
        return [row for row in self.rows if kind in (None, row.kind) and label in (None, _class_of(row))]

    def plot(self, rows=8):
        """Returns a matplotlib `Figure` of the first rows that are kept: the image and the map of either network.

        Raises:
            InputError: If the images can't be shown.
        """
        shown = [row for row in self.rows if row.key in self.pictured][: check_count(rows, "rows=")]
        if not shown:
            raise InputError("expected images that can be shown as they are; compare with display=.")
        sizes = {self.pictured[row.key][0].shape for row in shown}
        if len(sizes) > 1:
            raise InputError(f"expected images of one size to be drawn together, received {brief(sorted(sizes))}.")
        inputs, *maps = zip(*(self.pictured[row.key] for row in shown))
        columns = {self._column(at): np.stack(values) for at, values in enumerate(maps)}
        flags = {flag: [title for title, look in zip(columns, self.looks) if look[flag]] for flag in self.looks[0]}
        return plot_attributions(inputs, columns, input_titles=[self._titled(row) for row in shown], **flags)

    def __str__(self):
        count = {kind: len(self.of(kind)) for kind in KINDS}
        differ = len(self) - count["kept"]
        told = [f"{count[kind]} {kind}" for kind in KINDS[:3]]
        lines = [f"{len(self):,} images, another class for {differ:,}: {', '.join(told)}."]
        known = [row for row in self.rows if row.label is not None]
        if known:
            shares = [np.mean([getattr(row, when) == row.label for row in known]) for when in ("before", "after")]
            chance = _sign_test(count["broken"], count["fixed"])
            lines.append(
                f"Accuracy {shares[0]:.1%} by {self.names[0]}, {shares[1]:.1%} by {self.names[1]}; by chance alone "
                f"broken and fixed ones are as many apart with p = {chance:.2g}."
            )
        classes = sorted(self._classes(), key=lambda one: (-sum(one[1].values()), -one[2]))
        for label, flips, moved in classes[:_LISTED]:
            kinds = [f"{flips[kind]} {kind}" for kind in KINDS if flips[kind]]
            lines.append(f"  {self._name(label)}: {', '.join(kinds) or 'none'}; maps moved {moved:.2f} (median)")
        lines += [f"  ... and {len(classes) - _LISTED} more classes"] if len(classes) > _LISTED else []
        lines += [f"{len(self.broken)} photographs could not be read."] if self.broken else []
        return "\n".join(lines)

    def __repr__(self):
        return f"<Changes of {len(self):,} images from {self.names[0]} to {self.names[1]}>"

    def _classes(self):
        """Returns for each class its index, how many of its images changed in each way, and how far its maps moved."""
        rows = collections.defaultdict(list)
        for row in self.rows:
            rows[_class_of(row)].append(row)
        return [
            (
                label,
                collections.Counter(row.kind for row in own if row.kind != "kept"),
                float(np.median([row.movement for row in own])),
            )
            for label, own in rows.items()
        ]

    def _name(self, index):
        return legible(self.class_names[index], 64) if 0 <= index < len(self.class_names) else str(index)

    def _column(self, at):
        return ("before: ", "after: ")[at] + self.names[at]

    def _titled(self, row):
        answers = ((row.before, row.sure_before), (row.after, row.sure_after))
        told = " \u2192 ".join(f"{self._name(index)} {sure:.0%}" for index, sure in answers)
        return f"{row.kind}: {told}" + ("" if row.label is None else f"\ntrue: {self._name(row.label)}")


def _class_of(row):
    return row.target if row.label is None else row.label


def _sign_test(one, other):
    """Returns how often chance alone would make two numbers as unequal: a two-sided sign test."""
    count, ways, total = one + other, 1, 0
    for k in range(min(one, other) + 1):
        total += ways
        ways = ways * (count - k) // (k + 1)  # of choosing k + 1; anew each, tens of thousands would take minutes
    return min(1.0, 2 * total / 2**count)
