"""The classes that images truly show, one each, to be shown beside those that were explained."""

import numpy as np

from keras_explain.errors import InputError, brief
from keras_explain.inputs.labels import check_labels


def true_classes(labels, count, classes):
    """Returns the class that each image truly shows, int32 `(N,)`; -1 where it isn't known, None without labels.

    Args:
        labels: Class indices, None among them where it isn't known, or one-hot.
        count: Number of images.
        classes: Number of classes, 1 of a single unit that tells two apart; None if it isn't known.

    Raises:
        InputError: If they aren't one class for each image.
    """
    if labels is None:
        return None
    unknown = [i for i, label in enumerate(labels) if label is None] if isinstance(labels, (list, tuple)) else []
    if unknown:
        stand_in = next((label for label in labels if label is not None), 0)
        labels = [stand_in if label is None else label for label in labels]
    checked = check_labels(labels, count, 2 if classes == 1 else classes)
    if checked is None or not all(len(label) == 1 and label[0][0] is not None for label in checked):
        raise InputError(f"expected labels= as one class for each of the {count} images, received {brief(labels)}.")
    found = np.array([label[0][0] for label in checked], np.int32)
    found[unknown] = -1
    return found


def told_classes(labels, count, classes):
    """Returns the class that each label of any kind tells, int32 `(N,)`, -1 where it tells none, as one below 0.

    Args:
        labels: Those of a dataset, see `check_labels`; None for none.
        count: Number of images.
        classes: Number of classes, 1 of a single unit; None if it isn't known.

    Returns:
        None if there are no labels, or none that could tell a class: masks, boxes.

    Raises:
        InputError: If they are no classes of the model, or not one for each image.
    """
    labels = labels if labels is None else np.asarray(labels)
    unknown = np.zeros(count, bool)
    if labels is not None and labels.dtype.kind in "if" and labels.shape in ((count,), (count, 1)):
        unknown = labels.reshape(count) < 0
        labels = np.where(unknown, 0, labels.reshape(count))
    checked = check_labels(labels, count, classes)
    if checked is None:
        return None
    found = np.array([_told(label, classes) for label in checked], np.int32)
    found[unknown] = -1
    return found


def _told(label, classes):
    """Returns the class of a label as `check_labels` gives it, -1 if it is several or a value."""
    if len(label) != 1:
        return -1
    index, value = label[0]
    if index is None:
        return int(value) if classes == 1 and value in (0, 1) else -1
    return index
