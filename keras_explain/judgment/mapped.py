"""Maps as they are measured: finite ones, of the images' size, with the images that they are of."""

import dataclasses

import numpy as np

from keras_explain.judgment.hiding import counted_by
from keras_explain.maps import fitted
from keras_explain.metrics.ordering import place_values


@dataclasses.dataclass(frozen=True, eq=False)
class Mapped:
    """What a method gave of some images.

    Attributes:
        name: The method's name.
        explainer: The explainer.
        by: By what its places count, see `counted_by`.
        rows: Which of all images these are, ints `(M,)`.
        batch: The images, a `Batch`, with the explained classes.
        maps: `(M, *spatial, C)`, finite and of the images' size.
    """

    name: str
    explainer: object
    by: str
    rows: np.ndarray
    batch: object
    maps: np.ndarray

    @property
    def places(self):
        """What the maps say of each place, `(M, *spatial)`."""
        return place_values(self.maps, self.batch.images, self.by)


def mapped_by(joint, batch, maps):
    """Returns the `Mapped` of each method of which some maps can be measured, and why others are left out, by name.

    Args:
        joint: The `Joint` of the methods.
        batch: The images, a `Batch`, with the explained classes.
        maps: `{name: maps}`, as the methods gave them.
    """
    found, left_out = [], {name: str(error) for name, error in joint.left_out.items()}
    for name, explainer in joint.explainers.items():
        if maps[name].ndim != batch.images.ndim:
            left_out[name] = f"expected maps of shape {(*batch.images.shape[:-1], 'C')}, received {maps[name].shape}."
            continue
        rows = np.flatnonzero(np.isfinite(maps[name]).reshape(len(batch), -1).all(axis=1))
        if len(rows) == 0:
            left_out[name] = "expected maps of finite numbers, received none."
            continue
        some = batch.copies(rows, batch.images[rows], batch.targets[rows])
        fit = fitted(maps[name][rows], batch.images.shape[1:-1])
        found.append(Mapped(name, explainer, counted_by(joint.looks[name]), rows, some, fit))
    return found, left_out
