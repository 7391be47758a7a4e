"""How often the predicted class was the true one, a class and over all."""

import collections

from keras_explain.visual.text import legible

_NAME = 32  # Letters of a class's name.


class Accuracy:
    """Counts of photographs, and of those that were predicted right, by true class."""

    def __init__(self):
        """Has counted nothing yet."""
        self._all, self._right, self._names = collections.Counter(), collections.Counter(), {}

    def add(self, true, predicted, name):
        """Counts a photograph of a true class, which is called so."""
        self._names[true] = name
        self._all[true] += 1
        self._right[true] += true == predicted

    def lines(self):
        """Returns a table as lines, none if nothing was counted."""
        if not self._all:
            return []
        rows = [(legible(self._names[true], _NAME), self._right[true], self._all[true]) for true in sorted(self._all)]
        rows = [*rows, ("all classes", self._right.total(), self._all.total())] if len(rows) > 1 else rows
        width = max(len("true class"), *(len(name) for name, _, _ in rows))
        head = f"{'true class':{width}}  {'right':>7}  {'of':>7}  accuracy"
        return [head, *(f"{name:{width}}  {right:7}  {of:7}  {right / of:8.1%}" for name, right, of in rows)]
