"""Which of many images are shown: the first of each class, or at each step those that are wrong or that changed."""

import numpy as np

from keras_explain.engine.compiled import Compiled
from keras_explain.errors import OptionError, brief

SHOWS = ("first", "per_class", "misclassified", "changed")
VARYING = {  # What is said where there are no more of them.
    "misclassified": "no other image is misclassified",
    "changed": "no other image has changed its class",
}


def per_class(classes, count):
    """Returns the rows of the first image of each class, then of the second of each, and so on: ints, at most `count`.

    Args:
        classes: The class of each image, ints `(N,)`, -1 where it has none.
        count: How many rows.
    """
    rows = np.flatnonzero(classes >= 0)
    by_class = rows[np.argsort(classes[rows], kind="stable")]
    ordered = classes[by_class]
    before = np.arange(len(rows)) - np.searchsorted(ordered, ordered)  # images of its class before each
    return by_class[np.argsort(before, kind="stable")][:count]


def misclassified(chances, classes):
    """Returns the rows of the images whose class isn't the most probable one, that of the least probable class first.

    Args:
        chances: `(N, classes)`.
        classes: The class of each image, ints `(N,)`; those of -1 are none.
    """
    rows = np.flatnonzero((classes >= 0) & (chances.argmax(1) != classes))
    return rows[np.argsort(chances[rows, classes[rows]], kind="stable")]


def changed(chances, before):
    """Returns the rows of the images whose most probable class is another one than before, the largest change first.

    Args:
        chances: `(N, classes)`.
        before: The same before, whose total variation from `chances` is the change.
    """
    rows = np.flatnonzero(chances.argmax(1) != before.argmax(1))
    return rows[np.argsort(-np.abs(chances[rows] - before[rows]).sum(1), kind="stable")]


class Chooser:
    """Chooses among images by what the model answers now; asks it about all of them, without maps."""

    def __init__(self, show):
        """Takes one of `VARYING`."""
        self._show, self._before = show, None

    @property
    def is_new(self):
        """Whether it is to be asked once before it can tell anything."""
        return self._show == "changed" and self._before is None

    def prepare(self, request, batch, classes):
        """Takes the `Request`, the `Batch` of all images, and the class of each, -1 for none.

        Raises:
            OptionError: If the model tells no probabilities of classes.
        """
        self._compiled, self._batch, self._classes = Compiled(request), batch, classes
        chances = self._compiled(batch[:1]).probabilities
        if chances is None or chances.shape[1] < 2:
            raise OptionError(
                f"expected show={brief(self._show)} for a model of two classes or more, received one without their "
                'probabilities; use show="first" or "per_class".'
            )

    def __call__(self):
        """Returns the rows of the images that qualify, the first to be shown first; None if that isn't known."""
        chances = self._compiled(self._batch).probabilities
        before, self._before = self._before, chances
        if self._show == "misclassified":
            return misclassified(chances, self._classes)
        return None if before is None or before.shape != chances.shape else changed(chances, before)
