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
