"""The labels that are shown beside the pictures, checked before training starts: as classes or as values."""

import numpy as np

from keras_explain.checks.arrays import as_array, masked
from keras_explain.errors import InputError, brief

_SHOWN = 4


def explained_labels(labels, output, output_names):
    """Returns the labels of the explained output out of those of several; None if it isn't known which they are.

    Args:
        labels: An array, or a dictionary, tuple or list of several outputs' labels, as `model.fit` takes them.
        output: Index or name of the explained output, or None for the only one.
        output_names: The names of the model's outputs, in its own order; empty where it doesn't know them.
    """
    names = list(output_names)
    if not _are_several(labels, len(names)):
        return labels
    if output is None:
        return next(iter(labels.values() if isinstance(labels, dict) else labels)) if len(labels) == 1 else None
    place = names.index(output) if output in names else output
    if isinstance(labels, dict):
        known = not isinstance(place, str) and -len(names) <= place < len(names)
        return labels.get(names[place] if known else output)
    return labels[place] if not isinstance(place, str) and -len(labels) <= place < len(labels) else None


def first_labels(labels, count):
    """Returns the first labels, None if there are none to show; those that can't be counted as they are."""
    if labels is None or labels is False:
        return None
    labels = labels if isinstance(labels, (list, tuple)) else as_array(labels, "labels")
    return labels[:count] if isinstance(labels, (list, tuple)) or labels.ndim else labels


def check_labels(labels, count, classes):
    """Returns what each image's label says, a list of `(class, its share)` and of `(None, value)`; None for nothing.

    - Class indices, also as a column, or one-hot: one class of share 1.
    - Several classes, `(N, classes)` of zeros and ones: those that are set, or none.
    - Mixed classes, `(N, classes)` that add up to 1: each with its share, the largest first.
    - Any other numbers, and those of a model with a single unit: values.

    Args:
        labels: The labels; None or False for none. Of a mask, or of boxes and others that are no array, nothing can be
            said: None.
        count: Number of images.
        classes: Number of classes; None if it isn't known.

    Raises:
        InputError: If they are no numbers, no classes of the model, or not one for each image.
    """
    if labels is None or labels is False:
        return None
    if masked(labels):
        raise InputError("expected a label for each image, received masked ones; leave them out: labels=False.")
    array = _label_array(labels)
    if array.ndim == 0 or len(array) != count or array.dtype.kind not in "iubfO":
        raise _refusal(labels, count, classes)
    if array.ndim > 2 or array.dtype.kind == "O":
        return None
    array = array.astype(float)
    array = array[:, 0] if array.shape[1:] == (1,) else array
    if array.ndim == 1:
        return _single(array, labels, classes)
    if classes not in (None, 1, array.shape[1]):
        raise _refusal(labels, count, classes)
    shares = classes != 1 and (array >= 0).all() and np.allclose(array.sum(axis=1), 1, atol=1e-2)
    if shares or (classes != 1 and np.isin(array, (0, 1)).all()):
        order = np.argsort(-array, axis=1, kind="stable")
        return [[(int(c), row[c]) for c in ranked if row[c] > 0] for row, ranked in zip(array, order)]
    return [[(None, value) for value in row] for row in array]


def labeled_classes(labels):
    """Returns the classes that occur in labels as `check_labels` gives them."""
    return {c for label in labels or () for c, _ in label if c is not None}


def single_classes(labels, count):
    """Returns the class of each image, ints `(N,)`, of labels as `check_labels` gives them.

    It is -1 where there is none, several, or a value; for None everywhere.
    """
    return np.array([_single_class(label) for label in labels or [()] * count], int)


def captions(labels, class_names):
    """Returns labels as `check_labels` gives them in words, `"cat 70%, dog 30%"`, a text an image; None for None."""
    return labels and [_caption(label, class_names) for label in labels]


def _caption(label, class_names):
    texts = [f"{value:.4g}" if c is None else _shared(class_names[c], value) for c, value in label[:_SHOWN]]
    return ", ".join(texts + ["..."] * (len(label) > _SHOWN)) or "none"


def _single_class(label):
    return label[0][0] if len(label) == 1 and label[0][0] is not None and label[0][1] == 1 else -1


def _shared(name, share):
    return name if share > 0.995 else f"{name} {share:.0%}"


def _single(array, labels, classes):
    """Returns one class or one value an image."""
    whole = np.isfinite(array).all() and (array == np.rint(array)).all() and array.min() >= 0
    if whole and classes != 1 and (classes is None or array.max() < classes):
        return [[(int(c), 1.0)] for c in array]
    # A single sigmoid is asked for a probability as well as for one of two classes.
    if classes in (None, 1) or (classes == 2 and ((array >= 0) & (array <= 1)).all()):
        return [[(None, value)] for value in array]
    raise _refusal(labels, len(array), classes)


def _label_array(labels):
    try:
        return as_array(labels, "labels")
    except InputError:  # as many numbers an image as it has boxes
        return np.empty(len(labels), object)


def _refusal(labels, count, classes):
    allowed = "" if classes is None else f", class indices from 0 to {classes - 1} or numbers (N, {classes})"
    return InputError(
        f"expected one label for each of the {count} images{allowed}, received {brief(labels)}; labels=False shows "
        "none."
    )


def _are_several(labels, outputs):
    if isinstance(labels, dict):
        return True
    arrays = (
        isinstance(labels, (list, tuple)) and len(labels) > 0 and all(_label_array(each).ndim > 0 for each in labels)
    )
    listed = isinstance(labels, list) and all(hasattr(each, "shape") for each in labels) and len(labels) == outputs > 1
    return arrays and (isinstance(labels, tuple) or listed)
