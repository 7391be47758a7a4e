"""Curves of a score while more and more of an image goes, and the areas under them."""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True, eq=False)
class Curves:
    """The scores of N images while pixels go or come in the order of their maps.

    Attributes:
        shares: `(S,)`, how much of the pixels went or came, ascending from 0.
        runs: float32 `(N, orders, S)`, the scores for each order of pixels that the map doesn't tell apart.
    """

    shares: np.ndarray
    runs: np.ndarray

    @property
    def scores(self):
        """The mean over the orders, float64 `(N, S)`."""
        return self.runs.mean(axis=1, dtype=np.float64)

    @property
    def areas(self):
        """The area under each curve by the trapezoid rule, over the shares' range, float64 `(N,)`: a mean score."""
        return self._areas(self.scores)

    @property
    def errors(self):
        """The standard error of each area over the orders, `(N,)`: 0 where no tie matters, NaN of a single order."""
        if self.runs.shape[1] == 1:
            return np.full(len(self.runs), np.nan)
        return self._areas(self.runs.astype(np.float64)).std(axis=1, ddof=1) / np.sqrt(self.runs.shape[1])

    def _areas(self, scores):
        return (scores[..., 1:] + scores[..., :-1]) @ np.diff(self.shares) / 2 / np.ptp(self.shares)


def runs_of(scores, wanted, orders):
    """Returns the runs `(N, orders, S)` of `Curves`: what no order of ties touches is the same in all of them.

    Args:
        scores: `(N, orders, S)` for what is wanted and the first order; of one order alone where no tie is split.
        wanted: bool of the same shape, where an order has a score of its own.
        orders: Number of orders.
    """
    runs = np.where(wanted, scores, scores[:, :1])
    return np.repeat(runs, orders // runs.shape[1], axis=1)
