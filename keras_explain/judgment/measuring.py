"""Measure the maps of each method by each measure, an image at a time, all on the same terms."""

import numpy as np

from keras_explain.errors import ExplainError, InputError, MethodError
from keras_explain.metrics.average_drop import average_drop
from keras_explain.metrics.grid import lay_grids
from keras_explain.metrics.infidelity import infidelity
from keras_explain.metrics.removal import deletion, insertion
from keras_explain.metrics.road import road
from keras_explain.metrics.scorer import Scorer
from keras_explain.metrics.sensitivity import max_sensitivity

_SIDE, _ALL = 2, 10**6  # Images along an axis of a grid, and as many grids as there can be.
_SHARES = (0.2, 0.4, 0.6, 0.8)  # Filled in by ROAD: each takes a linear system, of a quarter of a second at 224x224.
_SAMPLES = 100  # Of infidelity.
_ORDERS = 1  # Of pixels that tie: means over images need no mean over orders.
_UNRELATED = 2**0.5  # By which two maps of one length with nothing in common differ.


class Measuring:
    """Measures maps of one model: what is traced for it, and what no method has a part in, is made once."""

    def __init__(self, request, judge, batch, score, truth, baselines, seed, batch_size):
        """Takes what is the same for all methods.

        Args:
            request: The `Request` that the maps explain.
            judge: The `Judge` of the methods.
            batch: All images, a `Batch`, with the explained classes.
            score: What is measured as what is marked comes and goes, see `Scorer`.
            truth: int32 `(N,)`, the classes that images show, as far as is known; None to believe the network.
            baselines: What is seen in place of hidden parts, of the images' shape.
            seed: That of all draws.
            batch_size: Number of images in memory at a time.
        """
        self._request, self._judge, self._batch, self._truth = request, judge, batch, truth
        self._baselines, self._seed, self._batch_size, self._kept = baselines, seed, batch_size, {}
        self._scorer = self._scorer_of(score)

    def __call__(self, measure, mapped):
        """Returns what is measured of the `Mapped` of a method, and what it would be by chance, both `(M,)`.

        What can't be measured of an image is NaN, as is a chance level that there is not.

        Raises:
            ExplainError: If nothing can be measured.
        """
        values, chances = getattr(self, f"_{measure}")(mapped)
        return np.asarray(values, np.float64), np.broadcast_to(chances, len(mapped.rows)).astype(np.float64)

    def _class(self, mapped):
        return self._alike("class", mapped)

    def _weights(self, mapped):
        return self._alike("weights", mapped)

    def _alike(self, measure, mapped):
        def ask():
            return self._judge.sanity_rows(mapped.name, mapped.batch, mapped.batch.targets, mapped.maps)

        rows = [row for row in self._once(("alike", mapped.name), ask) if row.measure == measure]
        if not rows:
            raise MethodError("the score has no other class.")
        return np.array([(row.value, row.chance) for row in rows]).T

    def _hiding(self, mapped):
        return self._judge.hiding(mapped.name, mapped.batch, mapped.batch.targets, mapped.maps).shares, 0.5

    def _grid_pointing(self, mapped):
        grids = self._once("grids", self._grids)

        def counted(images, target):
            maps = mapped.explainer(images, target)
            return np.abs(maps) if mapped.by == "magnitude" else maps

        values = np.full(len(self._batch), np.nan)
        values[grids.sources] = grids.pointing(counted)
        return values[mapped.rows], 1 / grids.classes.shape[1]

    def _grids(self):
        try:
            return lay_grids(self._scorer, self._batch.inputs, _SIDE, count=_ALL, labels=self._truth, seed=self._seed)
        except InputError as error:
            cells = _SIDE ** (self._batch.images.ndim - 2)
            raise InputError(f"a grid takes images of {cells} classes that the network is sure of.") from error

    def _insertion(self, mapped):
        return self._beside_constant("insertion", mapped, lambda rows, **asked: insertion(self._scorer, **asked))

    def _deletion(self, mapped):
        def ask(rows, **asked):
            return deletion(self._scorer, **asked, baseline=self._baselines[rows])

        return self._beside_constant("deletion", mapped, ask)

    def _road(self, mapped):
        return self._beside_constant("road", mapped, lambda rows, **asked: road(self._scorer, **asked, shares=_SHARES))

    def _beside_constant(self, name, mapped, ask):
        """Returns what a metric is, and what it is of a constant map: with an order of pixels of each image's own.

        The error of an order is then one of its image, and stands in the intervals.
        """
        options = {"orders": _ORDERS, "verbose": 0}

        def by_chance():
            blank = np.zeros((1, *self._batch.images.shape[1:-1]), np.float32)
            each = ((slice(row, row + 1), self._seed + row) for row in range(len(self._batch)))
            return np.concatenate(
                [ask(row, images=self._batch[row], maps=blank, seed=seed, **options) for row, seed in each]
            )

        chances = self._once(name, by_chance)
        values = ask(mapped.rows, images=mapped.batch, maps=mapped.places, seed=self._seed, **options)
        return values, chances[mapped.rows]

    def _average_drop(self, mapped):
        baselines = self._baselines[mapped.rows]
        return average_drop(self._scorer, mapped.batch, mapped.places, baseline=baselines, verbose=0), np.nan

    def _infidelity(self, mapped):
        def ask(batch, maps, rows):
            options = {"baseline": self._baselines[rows], "samples": _SAMPLES, "seed": self._seed, "verbose": 0}
            return infidelity(
                self._once("scorer", lambda: self._scorer_of(self._request.score)), batch, maps, **options
            )

        blank = np.zeros((*self._batch.images.shape[:-1], 1), np.float32)
        most = self._once("infidelity", lambda: ask(self._batch, blank, slice(None)))[mapped.rows]
        gaps = ask(mapped.batch, mapped.maps, mapped.rows)
        return np.divide(gaps, most, out=np.full_like(gaps, np.nan), where=most > 0), 1.0

    def _max_sensitivity(self, mapped):
        options = {"input": self._request.input, "seed": self._seed, "batch_size": self._batch_size, "verbose": 0}
        return max_sensitivity(mapped.explainer, mapped.batch.inputs, mapped.batch.target, **options), _UNRELATED

    def _scorer_of(self, score):
        asked = {name: getattr(self._request, name) for name in ("input", "output", "head")}
        return Scorer(self._request.model, score=score, batch_size=self._batch_size, **asked)

    def _once(self, key, make):
        """Returns what `make()` gives, made once for each key, or raises once more what it raised."""
        if key not in self._kept:
            try:
                self._kept[key] = make()
            except ExplainError as error:
                self._kept[key] = error
        if isinstance(self._kept[key], ExplainError):
            raise self._kept[key]
        return self._kept[key]
