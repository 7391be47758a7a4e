"""A check of each image's map in an audit: whether hiding what it marks lowers the score more than elsewhere."""

import numpy as np

from keras_explain.judgment.judge import Judge
from keras_explain.visual.look import look_of

PLACES = 20  # As many as `trust` moves each map to.
_NAME = "map"


class Trusted:
    """What `trust` says of each map on deletion, of an image by itself: no other image has a part in it."""

    def __init__(self, explainer):
        """Traces the model for the scores of changed images, once for all batches."""
        titles, looks = {_NAME: explainer.title}, {_NAME: look_of(explainer)}
        self._judge = Judge(
            explainer.request, {_NAME: explainer}, titles, looks, places=PLACES, batch_size=explainer.batch_size
        )

    def columns(self, batch, targets, maps):
        """Returns the columns of some images, unknown where a map isn't finite.

        Args:
            batch: The images, a `Batch`.
            targets: The explained classes, int32 `(N,)`.
            maps: Their maps, of the images' size, `(N, *spatial, C)`.
        """
        rows = np.flatnonzero(np.isfinite(maps).all(axis=tuple(range(1, maps.ndim))))
        speeds, chances, holds = np.full(len(maps), np.nan), np.full(len(maps), np.nan), [None] * len(maps)
        if len(rows):
            some = batch.copies(rows, batch.images[rows], targets[rows])
            found = self._judge.hiding(_NAME, some, targets[rows], maps[rows])
            speeds[rows], chances[rows] = found.speeds, found.luckiest
            for row, held in zip(rows, found.holds.tolist()):
                holds[row] = held
        return {"trust_deletion": speeds, "trust_deletion_chance": chances, "trust_deletion_holds": holds}
