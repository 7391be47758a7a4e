"""By how much the score falls as what a map marks is hidden, beside the same shape elsewhere."""

import dataclasses

import numpy as np

from keras_explain.inputs.baseline import baseline_images
from keras_explain.maps import fitted
from keras_explain.metrics.ordering import place_values

# What is hidden, as shares of the places: so little that the rest could still be recognized.
SHARES = (0.02, 0.05, 0.1, 0.2)


@dataclasses.dataclass(frozen=True, eq=False)
class Hiding:
    """By how much the score falls as what N maps mark most is hidden, on average over the shares.

    Attributes:
        scores: `(N,)`, of the whole images.
        drops: `(N,)`, by each map.
        elsewhere: `(N, places)`, by the same map moved elsewhere.
    """

    scores: np.ndarray
    drops: np.ndarray
    elsewhere: np.ndarray

    @property
    def speeds(self):
        """How many times as fast the score falls as elsewhere, `(N,)`; NaN where it hardly falls there."""
        return self._times(self.drops)

    @property
    def luckiest(self):
        """The same of the place among the others where it falls fastest, `(N,)`: the chance level."""
        return self._times(self.elsewhere.max(axis=1))

    @property
    def holds(self):
        """Whether the score falls further than at each of the other places, bool `(N,)`."""
        return self.drops > self.elsewhere.max(axis=1)

    @property
    def shares(self):
        """Which share of the other places cost less, `(N,)`: half of what costs the same; by chance 1/2."""
        own = self.drops[:, np.newaxis]
        return ((own > self.elsewhere).mean(axis=1) + (own >= self.elsewhere).mean(axis=1)) / 2

    def _times(self, drops):
        usual = self.elsewhere.mean(axis=1)
        falls = usual > 1e-3 * np.abs(self.scores)
        return np.divide(drops, usual, out=np.full_like(drops, np.nan), where=falls)


def hiding(scorer, batch, targets, maps, by, places, seed, verbose):
    """Returns the `Hiding` of maps.

    A moved map has the same values in the same shapes, so that it hides as many and as coherent parts: pixels strewn
    at random would hide finer, and lower the score by that. What is hidden has its image's mean color.

    Args:
        scorer: The `metrics.Scorer` of the model.
        batch: The images, a `Batch`.
        targets: The explained classes, int32 `(N,)`.
        maps: `(N, *spatial, C)`, of the images' size or another.
        by: `"value"` or `"magnitude"`, see `metrics.deletion`.
        places: Number of places that each map is moved to, by a quarter of each axis at least; what leaves the image on
            one side comes in on the other.
        seed: That of the places, and of the order of values that are equal.
        verbose: See `Progress`.
    """
    batch = scorer.batch(batch)  # a model that doesn't know its inputs is traced with these
    images, size = batch.images, batch.images.shape[1:-1]
    baselines, rng = baseline_images("mean", images), np.random.default_rng(seed)
    quarters = np.array(size) // 4
    moves = [np.zeros(len(size), int), *rng.integers(quarters, np.subtract(size, quarters) + 1, (places, len(size)))]
    ranks = _ranks(place_values(fitted(maps, size), images, by), rng)

    def change(rows, numbers):
        hidden = np.empty((len(rows), *size), bool)
        for one, row, (move, share) in zip(hidden, rows, np.stack(np.divmod(numbers, len(SHARES)), axis=1)):
            one[:] = np.roll(ranks[row], moves[move], range(len(size))) < SHARES[share] * one.size
        return np.where(hidden[..., np.newaxis], baselines[rows], images[rows])

    every = np.ones((len(batch), len(moves) * len(SHARES)), bool)
    scores = scorer.copies(batch, targets, every, change, verbose)
    whole = scorer.answer(batch.copies(np.arange(len(batch)), images, targets)).scores
    drops = whole[:, np.newaxis] - scores.reshape(len(batch), len(moves), len(SHARES)).mean(axis=2)
    return Hiding(whole, drops[:, 0], drops[:, 1:])


def counted_by(look):
    """Returns by what the places of maps of a look count, `"value"` or `"magnitude"`, see `metrics.deletion`.

    The sign of a gradient of a pixel says nothing of how much it matters, that of a coarse map does.

    Args:
        look: See `visual.look`.
    """
    return "magnitude" if look["signed"] and look["fine"] else "value"


def _ranks(values, rng):
    """Returns the rank of each place, 0 for the largest value, `(N, *spatial)`: equal values in an order by chance."""
    rows = values.reshape(len(values), -1)
    drawn = rng.permutation(rows.shape[1])
    order = np.stack([np.lexsort((drawn, -row)) for row in rows])
    return order.argsort(axis=1).reshape(values.shape)
