"""The images that a logger is given, with what belongs to each, and which of them it shows."""

import dataclasses

import numpy as np

from keras_explain.callbacks.choice import per_class
from keras_explain.checks.arrays import as_array, as_numbers
from keras_explain.checks.options import check_count
from keras_explain.errors import OptionError, TargetError, brief
from keras_explain.inputs.batch import Batch
from keras_explain.inputs.class_names import check_class_names
from keras_explain.inputs.datasets import first_images, is_dataset
from keras_explain.inputs.images import count_of, first_of
from keras_explain.inputs.labels import (
    captions,
    check_labels,
    explained_labels,
    first_labels,
    labeled_classes,
    single_classes,
)
from keras_explain.metrics import region_masks

_COUNT, _COUNTS = 8, {"per_class": 32}  # Images by default.


@dataclasses.dataclass(frozen=True, eq=False)
class Chosen:
    """The images that are explained, or among which is chosen anew at each log.

    Attributes:
        batch: They and their targets, a `Batch`.
        rows: The number of each among those that were given.
        labels: What each truly shows, see `check_labels`, or None.
        classes: The class of each, ints `(N,)`, -1 for none.
        class_names: List of the classes' names.
        captions: What each truly shows, a text each, or None.
        masks: bool `(N, *spatial)`, the region of each, or None.
    """

    batch: Batch
    rows: np.ndarray
    labels: list | None
    classes: np.ndarray
    class_names: list
    captions: list | None
    masks: np.ndarray | None


class Given:
    """What a logger is given.

    Attributes:
        count: How many images are shown at most.
        show: Which ones, one of `SHOWS`.
        images: What is kept of the images.
    """

    def __init__(self, images, target, labels, class_names, regions, show, max_images):
        """Takes what `ExplanationLogger` takes, and of a dataset its first images.

        Raises:
            OptionError: If an option is outside of what it allows.
            InputError: If the images are none.
        """
        self.show = show
        self.count = _COUNTS.get(show, _COUNT) if max_images is None else check_count(max_images, "max_images")
        self._used = self.count if show == "first" else None
        self._cuts, self._of_dataset = max_images is None and show == "first", is_dataset(images)
        # One more tells if any is left out.
        self.images, found = first_images(images, self._used and self._used + self._cuts)
        targets = as_array(target, "targets", TargetError)
        self._target = targets[: self._used] if targets.ndim else target
        self._labels, self._class_names = found if labels is None else labels, class_names
        self._regions = None if regions is None else as_numbers(regions, "regions", (..., None))[: self._used]

    def chosen(self, joint):
        """Returns the `Chosen` images as the methods of a `Joint` take them.

        Raises:
            ExplainError: If they don't fit the model, or each other.
        """
        batch = joint.batch(first_of(self.images, self._used, joint.signature(self.images)), self._target)
        labels = explained_labels(self._labels, joint.request.output, joint.request.output_names)
        labels = check_labels(first_labels(labels, self._used), len(batch), joint.classes)
        names = check_class_names(self._class_names, joint.classes, labeled_classes(labels))
        masks = None if self._regions is None else region_masks(self._regions, batch.images.shape[:-1])
        classes, rows = single_classes(labels, len(batch)), np.arange(len(batch))
        if self.show in ("per_class", "misclassified") and (classes < 0).all():
            raise OptionError(f"expected labels= of one class an image for show={brief(self.show)}, received none.")
        if self.show == "per_class":
            rows = per_class(classes, self.count)
            batch, labels, classes = batch[rows], [labels[row] for row in rows], classes[rows]
            masks = None if masks is None else masks[rows]
        return Chosen(batch, rows, labels, classes, names, captions(labels, names), masks)

    def left_out(self, joint):
        """Returns a sentence about images that aren't shown though nobody asked for fewer; None if there are none."""
        given = count_of(self.images, joint.signature(self.images))
        if not self._cuts or given <= self.count:
            return None
        known = f"more than {self.count}" if self._of_dataset else given
        return f"{known} images were given, the first {self.count} of them are logged; max_images= chooses how many."
