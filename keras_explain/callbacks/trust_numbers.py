"""The numbers that are logged of how far the maps can be believed, each the mean over the images."""

import numpy as np

from keras_explain.judgment.judge import Judge
from keras_explain.judgment.result import MEASURES


class TrustNumbers:
    """Measures maps at every so many logs, as it takes some hundred forward passes a map."""

    def __init__(self, name, every):
        """Keeps the first part of the tags, and at every how many logs to measure, None for never."""
        self._name, self._every = name, every

    def prepare(self, joint, tell):
        """Takes the `Joint` that makes the maps, and the function that is told what can't be measured, `Losses.tell`.

        What measures is traced when it is first asked.
        """
        self._tell = tell
        self._judge = Judge(joint.request, joint.explainers, joint.titles, joint.looks) if self._every else None

    def due(self, log):
        """Tells whether it is time at a log, the first of which is 1."""
        return self._every is not None and log % self._every == 0

    def measure(self, batch, targets, maps):
        """Returns `{tag: number}`.

        Args:
            batch: The images, a `Batch`.
            targets: The explained classes, int32 `(N,)`.
            maps: `{name of a method: (N, *spatial, C)}`.
        """
        found, numbers = self._judge(batch, targets, maps), {}
        for note in found.notes:
            self._tell(note, note)
        for method in maps:
            for measure in MEASURES:
                tag, rows = f"{self._name}_trust_{measure}", found.of(method, measure)
                values = [row.value for row in rows if not np.isnan(row.value)]
                numbers |= {f"{tag}/{method}": float(np.mean(values))} if values else {}
                numbers |= {f"{tag}_holds/{method}": float(np.mean([row.holds for row in rows]))} if rows else {}
        return numbers
