"""Where an explanation comes from, as long as the network is there."""

import dataclasses

import numpy as np

from keras_explain.engine.request import Request
from keras_explain.inputs.batch import Batch


@dataclasses.dataclass(frozen=True, eq=False)
class Source:
    """Whom an explanation asked, and of which images.

    Attributes:
        request: The `Request`.
        explainers: `{name: explainer}`.
        batch: The images, a `Batch`.
    """

    request: Request
    explainers: dict
    batch: Batch

    def __getitem__(self, chosen):
        rows = np.asarray(chosen, int)
        batch = self.batch.copies(rows, self.batch.images[rows], self.batch.targets[rows])
        return dataclasses.replace(self, batch=batch)
