"""Rows of a Ray dataset that hold images, with the class and the name of each if there are such."""

import numpy as np

from keras_explain.errors import InputError, OptionError, brief
from keras_explain.inputs.datasets import images_and_labels
from keras_explain.inputs.stream import Part

_COLUMNS = {"image": ("image", "x"), "label": ("label", "y"), "key": ("key", "path")}


class ImageRows:
    """Which columns hold the images, their classes and their names."""

    def __init__(self, columns, with_labels=True):
        """Takes the columns by their names.

        Args:
            columns: The names of all of them.
            with_labels: Whether labels are wanted.

        Raises:
            OptionError: If there is no image among them, there are several, or others.
        """
        found = {what: [name for name in names if name in columns] for what, names in _COLUMNS.items()}
        taken = sum(found.values(), [])
        if not found["image"] or len(taken) < len(columns) or max(map(len, found.values())) > 1:
            raise OptionError(
                "expected a Ray dataset with a column image (or x), and label (or y) and key (or path) if there are "
                f"such, received {brief(list(columns))}; see its select_columns and rename_columns."
            )
        self._image, self._label, self._key = (next(iter(names), None) for names in found.values())
        self._label = self._label if with_labels else None

    @property
    def named(self):
        """Whether rows have names."""
        return self._key is not None

    def parts(self, rows, batch_size, done):
        """Yields the images of some rows as `Part`.

        Args:
            rows: The columns, as arrays.
            batch_size: See `PhotoRows`; rows come a batch at a time.
            done: Names of images to leave out.
        """
        images = _stacked(rows[self._image])
        labels = None if self._label is None else _known(rows[self._label])
        keys = [str(key) for key in rows[self._key]] if self.named else None
        part = Part(*images_and_labels((images, labels)), keys=keys)
        if self.named and done:
            part = part[[i for i, key in enumerate(keys) if key not in done]]
        if len(part):
            yield part


def _stacked(images):
    """Returns images as one array, as Ray gives them if they are of one shape."""
    if images.dtype != object:
        return images
    try:
        return np.stack([np.asarray(image) for image in images])
    except ValueError:
        raise InputError(
            "expected a Ray dataset of images of one size, received several; resize them, as by read_images(size=)."
        ) from None


def _known(labels):
    """Returns labels with -1 where they are null, which Ray gives as None or NaN."""
    if labels.dtype == object:
        return np.array([-1 if label is None else label for label in labels])
    return np.where(np.isnan(labels), -1, labels) if labels.dtype.kind == "f" and labels.ndim == 1 else labels
