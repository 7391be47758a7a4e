"""How alike maps are to the ones that a method gives of the network as it is."""

import numpy as np

from keras_explain.maps import reduce_channels
from keras_explain.metrics.similarity import SSIM_SIDE, standard_ranks, structural_similarity
from keras_explain.metrics.spread import evidence


class Likeness:
    """Compares maps with a method's own.

    Attributes:
        blank: Whether each of the own maps is the same everywhere, bool `(N,)`: nothing can be compared with it.
    """

    def __init__(self, maps, signed):
        """Takes the own maps, `(N, *spatial, C)`; `signed` says that their negative values count as positive ones."""
        self._signed = signed
        self._places, self._ranks = self._ranked(maps)
        self._values = _value_ranks(maps) if signed else None
        self.blank = self._ranks[:, -1] > 0

    def __call__(self, maps):
        """Returns the rank correlation of how much places count, that of signed values and the structural similarity.

        Each is `(N,)`, NaN where the own map is blank; of the latter two Nones where they make no sense.
        """
        places, ranks = self._ranked(maps)
        none = [None] * len(maps)
        signed = _products(self._values, _value_ranks(maps)) if self._signed else none
        pictures = places.ndim == 3 and min(places.shape[1:]) >= SSIM_SIDE
        ssim = structural_similarity(self._places, places) if pictures else none
        return np.where(self.blank, np.nan, _products(self._ranks, ranks)), signed, ssim

    def chance(self, maps):
        """Returns the mean rank correlation with the maps of other images: of each with all but the one of its index.

        Args:
            maps: `(M, *spatial, C)`, of the same images and perhaps more.
        """
        _, ranks = self._ranked(maps)
        alike = self._ranks @ ranks.T
        counted = ~np.eye(*alike.shape, dtype=bool) & ~self.blank[:, np.newaxis]
        return float(alike[counted].mean())

    def _ranked(self, maps):
        places = evidence(maps, self._signed)
        return places, standard_ranks(places)


def _value_ranks(maps):
    return standard_ranks(reduce_channels(maps))


def _products(ranks, others):
    return np.einsum("nd,nd->n", ranks, others)
