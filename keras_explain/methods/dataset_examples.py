"""The images of a dataset that excite units of a layer most, as numbers and as a figure."""

import dataclasses

import numpy as np

from keras_explain.errors import InputError, OptionError, brief
from keras_explain.visual.features import plot_features
from keras_explain.visual.picture import showable


@dataclasses.dataclass(frozen=True, eq=False)
class DatasetExamples:
    """The `k` images of a dataset that excite each of some units most, the most exciting first.

    Attributes:
        names: `"channel 3"`, one a unit.
        indices: int64 `(units, k)`: which image of the dataset, as it was read.
        activations: float32 `(units, k)`: how much it excites the unit.
        places: int64 `(units, k, axes)`: the pixel in the middle of the place that excites it most; None of a layer
            whose places are none of the image's.
        images: The images themselves, as the model takes them but with their channels last, `(units, k, *spatial, C)`;
            None if they weren't kept.
    """

    names: list
    indices: np.ndarray
    activations: np.ndarray
    places: np.ndarray | None
    images: np.ndarray | None

    def plot(self, synthesized=None, *, crop=None, value_range=None, display=None, size=1.3, dpi=None):
        """Returns a matplotlib figure with one row a unit: its synthesized image, then the examples.

        Above each example stands its activation.

        Args:
            synthesized: `(units, *spatial, C)`, as `FeatureVisualization` returns them for the same units.
            crop: Length in pixels of the square around the most exciting place that is shown of each example; None for
                all of it.
            value_range: The values that stand for black and white, see `showable`, as for the next.
            display: Function from images to pixels that can be shown.
            size: Height of a picture in inches.
            dpi: Dots an inch, see `gallery`.

        Raises:
            InputError: If the images weren't kept, or can't be shown.
            OptionError: If an option is outside of what it allows.
        """
        if self.images is None:
            raise InputError("expected examples with their images to plot, received none: ask for them by keep=True.")
        if crop is not None and self.places is None:
            raise OptionError(f"expected crop=None for a layer without places in the image, received {brief(crop)}.")
        units, count = self.indices.shape
        shown = showable(self.images.reshape(-1, *self.images.shape[2:]), value_range, display)
        return plot_features(
            None if synthesized is None else showable(synthesized, value_range, display),
            shown.reshape(units, count, *shown.shape[1:]),
            row_titles=self.names,
            titles=[[f"{value:.3g}" for value in row] for row in self.activations],
            places=self.places,
            crop=crop,
            size=size,
            dpi=dpi,
        )


class Best:
    """The images that excite each unit most, of those that were seen."""

    def __init__(self, count, keep):
        """Keeps so many of each unit, and the images themselves or their numbers alone."""
        self._count, self._keep, self._seen, self._columns, self._images = count, keep, 0, {}, {}

    def add(self, values, places, images):
        """Sees a batch more.

        Args:
            values: float32 `(N, units)`.
            places: int `(N, units, axes)`, or None.
            images: `(N, *spatial, C)`.
        """
        numbers = self._seen + np.arange(len(images))
        added = {"activations": values.T, "indices": np.broadcast_to(numbers, values.T.shape)}
        added |= {} if places is None else {"places": np.moveaxis(places, 0, 1)}
        columns = {name: np.concatenate([*self._of(name), rows], axis=1) for name, rows in added.items()}
        order = np.argsort(-columns["activations"], axis=1, kind="stable")[:, : self._count]
        self._columns = {name: _ordered(rows, order) for name, rows in columns.items()}
        if self._keep:
            wanted = set(self._columns["indices"].ravel().tolist())
            found = {**self._images, **dict(zip(numbers.tolist(), images))}
            self._images = {i: found[i] if i in self._images else found[i].copy() for i in wanted}
            if len({image.shape for image in self._images.values()}) > 1:
                raise InputError("expected images of one size to keep, received several; resize them, or keep=False.")
        self._seen += len(images)

    def examples(self, names):
        """Returns the `DatasetExamples`."""
        if not self._seen:
            raise InputError("expected a dataset of at least one batch, received an empty one.")
        indices, images = self._columns["indices"], None
        if self._keep:
            images = np.stack([[self._images[i] for i in row] for row in indices.tolist()])
        return DatasetExamples(names, indices, self._columns["activations"], self._columns.get("places"), images)

    def _of(self, name):
        return [self._columns[name]] if name in self._columns else []


def _ordered(rows, order):
    return np.take_along_axis(rows, order if rows.ndim == 2 else order[..., np.newaxis], axis=1)
