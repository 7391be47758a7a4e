"""What findings are made of: maps, features and decisions, checked, and read in parts."""

import dataclasses

import numpy as np

from keras_explain.checks.arrays import as_array
from keras_explain.errors import InputError
from keras_explain.findings.looks import small

# So many maps are in memory at a time.
_READ = 4096


@dataclasses.dataclass(frozen=True, eq=False)
class Seen:
    """What a network saw in some images.

    Attributes:
        maps: float32 `(n, *spatial)`, averaged to a few places.
        features: float32 `(n, units)`, or None.
        details: Several such, of finer layers; none of them, or as many for all images.
    """

    maps: np.ndarray
    features: np.ndarray | None
    details: list

    @property
    def drawn(self):
        """Whether each map isn't blank, bool `(n,)`."""
        return self._flat.any(axis=1)

    @property
    def finite(self):
        """Whether all numbers of each image are finite, bool `(n,)`."""
        parts = [self._flat, *self.details] + ([] if self.features is None else [self.features])
        return np.logical_and.reduce([np.isfinite(part).all(axis=1) for part in parts])

    def __getitem__(self, rows):
        features = None if self.features is None else self.features[rows]
        return Seen(self.maps[rows], features, [each[rows] for each in self.details])

    @property
    def _flat(self):
        return self.maps.reshape(len(self.maps), -1)


@dataclasses.dataclass(frozen=True, eq=False)
class Explained:
    """A dataset that was explained, an entry an image.

    Attributes:
        maps: `(N, *spatial)`, or what reads such rows as they are asked for.
        features: `(N, units)`, the same; or None.
        details: Several such.
        labels: The true classes, -1 where they aren't known.
        predicted: The predicted classes, -1 where there is none.
        targets: The explained classes.
        probabilities: Those of the predicted classes, or None.
        energy_inside: Share of the evidence in the region, NaN where there is none; or None.
        pointing: Whether a map points into it, NaN where there is none; or None.
        keys: The names.
        class_names: The names of the classes, or None.
    """

    maps: object
    features: object
    details: list
    labels: np.ndarray
    predicted: np.ndarray
    targets: np.ndarray
    probabilities: np.ndarray | None
    energy_inside: np.ndarray | None
    pointing: np.ndarray | None
    keys: list
    class_names: list | None

    def __post_init__(self):
        for field in dataclasses.fields(self)[:-1]:
            value = getattr(self, field.name)
            for each in value if field.name == "details" else [value]:
                if each is not None and len(each) != len(self.keys):
                    raise InputError(f"expected {field.name} of {len(self.keys)} images, received {len(each)}.")
        if len(set(self.keys)) != len(self.keys):
            raise InputError("expected keys that differ, received some twice: a finding couldn't say which it means.")

    def name(self, label):
        """Returns how a class is called in a sentence."""
        return f"{self.class_names[label]!s}" if self.class_names is not None else f"class {label}"

    def decided(self, label):
        """Returns the images whose map explains why they are of a class, in the order of their keys."""
        chosen = (self.targets == label) & np.isin(self.predicted, (label, -1))
        return self.by_key(np.flatnonzero(chosen))

    def missed(self, label):
        """Returns the images of a class that are decided for another one."""
        return self.by_key(np.flatnonzero((self.labels == label) & ~np.isin(self.predicted, (label, -1))))

    def read(self, rows):
        """Yields parts of rows, each with what was `Seen` in them."""
        for start in range(0, len(rows), _READ):
            part = rows[start : start + _READ]
            yield (
                part,
                Seen(
                    small(self.maps[part]), _taken(self.features, part), [_taken(each, part) for each in self.details]
                ),
            )

    def all_of(self, rows):
        """Returns what was `Seen` in some rows."""
        parts = [seen for _, seen in self.read(rows)]
        features = None if self.features is None else np.concatenate([each.features for each in parts])
        details = [np.concatenate(each) for each in zip(*(one.details for one in parts))]
        return Seen(np.concatenate([each.maps for each in parts]), features, details)

    def by_key(self, rows):
        """Returns rows in the order of their keys: what is drawn by it is the same in whatever order images come."""
        return rows[np.argsort(as_array([str(self.keys[row]) for row in rows], "keys"), kind="stable")]


def _taken(array, rows):
    return None if array is None else np.asarray(array[rows], np.float32)
