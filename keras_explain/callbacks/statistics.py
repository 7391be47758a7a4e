"""The numbers that are logged of each map, and their means over the images."""

import numpy as np

from keras_explain.maps import fitted
from keras_explain.metrics import concentration, energy_inside, evidence, movement, pointing


class Statistics:
    """Measures maps, and keeps the last ones to tell how far they move."""

    def __init__(self):
        """Nothing has been measured."""
        self._before = {}

    @property
    def is_new(self):
        """Whether nothing has been measured yet."""
        return not self._before

    def prepare(self, signed, masks):
        """Takes what is known before training.

        Args:
            signed: `{name of a method: whether the magnitude of its maps counts}`.
            masks: bool `(N, *spatial)`, the region of each image, or None.
        """
        self._signed, self._masks = signed, masks

    def measure(self, maps):
        """Returns `{measure/method: float64 (N,)}`, what is measured of each map.

        Args:
            maps: `{name of a method: (N, *spatial, C)}`.
        """
        numbers = {}
        for method, values in maps.items():
            places, before = evidence(values, self._signed[method]), self._before.get(method)
            found = {"concentration": concentration(places)}
            if before is not None and before.shape == values.shape:
                found["movement"] = movement(values, before)
            if self._masks is not None:
                places = fitted(places[..., np.newaxis], self._masks.shape[1:])[..., 0]
                found["energy_inside"] = energy_inside(places, self._masks)
                found["pointing"] = pointing(places, self._masks)
            self._before[method] = values
            numbers |= {f"{measure}/{method}": each.astype(np.float64) for measure, each in found.items()}
        return numbers


def means(name, measures):
    """Returns `{tag: number}`, the means over the images.

    Args:
        name: First part of the tags.
        measures: `{measure/method: (N,)}`.
    """
    return {f"{name}_{measure}": float(each.mean()) for measure, each in measures.items()}
