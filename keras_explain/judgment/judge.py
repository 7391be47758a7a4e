"""Measure maps of several methods, as often as one is asked."""

import numpy as np

from keras_explain.engine.progress import announce
from keras_explain.errors import ExplainError
from keras_explain.judgment.hiding import SHARES, counted_by, hiding
from keras_explain.judgment.result import Trust, TrustRow
from keras_explain.metrics.scorer import Scorer
from keras_explain.sanity_checks.sanity import sanity

# In so many steps layers are redrawn, of which the first, the last third of them, is looked at.
_THIRDS = 3


class Judge:
    """Measures maps of one model: what is traced for it is traced once."""

    def __init__(self, request, explainers, titles, looks, places=20, seed=0, batch_size=32):
        """Takes who made the maps.

        Args:
            request: The `Request` whose score the maps explain.
            explainers: `{name: explainer}`.
            titles: `{name: title}`.
            looks: `{name: look}`, see `visual.look`.
            places: Number of places that each map is moved to.
            seed: That of all draws.
            batch_size: Number of changed images in memory at a time.
        """
        self._explainers, self._titles, self._looks = explainers, titles, looks
        self._places, self._seed = places, seed
        asked = {name: getattr(request, name) for name in ("score", "input", "output", "head")}
        self._scorer = Scorer(request.model, **asked, batch_size=batch_size)

    def __call__(self, batch, targets, maps, verbose=0):
        """Returns the `Trust` in maps.

        Args:
            batch: The images, a `Batch`.
            targets: The explained classes, int32 `(N,)`.
            maps: `{name: (N, *spatial, C)}`.
            verbose: See `Progress`.
        """
        count = len(batch) * len(maps)
        passes = count * len(SHARES) * (self._places + 1)
        announce(f"trust: {passes} forward passes, and up to 13 further maps for each of {count}.", verbose)
        rows, notes = [], []
        for name, values in maps.items():
            for what, measure in (("on deletion", self._hiding_rows), ("on class and weights", self.sanity_rows)):
                try:
                    rows += measure(name, batch, targets, values, verbose)
                except ExplainError as error:
                    notes.append(f"{self._titles[name]}: nothing {what}: {error}")
        return Trust(tuple(rows), {name: self._titles[name] for name in maps}, tuple(notes))

    def hiding(self, name, batch, targets, maps, verbose=0):
        """Returns the `Hiding` of the maps of a method; the arguments are those of a call."""
        by = counted_by(self._looks[name])
        return hiding(self._scorer, batch, targets, maps, by, self._places, self._seed, verbose)

    def _hiding_rows(self, name, *asked):
        return list(_hiding_rows(name, self.hiding(name, *asked), self._places))

    def sanity_rows(self, name, batch, targets, maps, verbose=0):
        """Returns a `TrustRow` on class and on weights for each map of a method, as far as there are others."""
        checked = sanity(
            self._explainers[name],
            batch.inputs,
            targets if (targets >= 0).all() else None,
            checks=("weights", "class"),
            steps=_THIRDS,
            seed=self._seed,
            verbose=verbose,
        )
        return list(_sanity_rows(name, checked))


def _hiding_rows(name, found, places):
    each = zip(found.speeds.tolist(), found.luckiest.tolist(), found.holds.tolist())
    for image, (speed, luckiest, holds) in enumerate(each):
        if np.isnan(speed):
            said = "hiding the same shape elsewhere hardly lowers the score"
            said += ", hiding what this map marks does" if holds else ", and what this map marks no more"
        else:
            said = (
                f"hiding what this map marks lowers the score {speed:.1f} times as much as hiding the same shape "
                f"elsewhere ({places} places; the luckiest {luckiest:.1f})"
            )
            said += "" if holds else ": no more than chance"
        yield TrustRow(name, image, "deletion", speed, luckiest, holds, f"deletion: {said}.")


def _sanity_rows(name, checked):
    kinds = {row.check for row in checked.rows}
    other = "class" if "class" in kinds else "runner-up"
    for image in sorted({row.image for row in checked.rows}):
        rows = [row for row in checked.rows if row.image == image]
        others = [row.similarity for row in rows if row.check == other]
        if others:  # a custom score has no other class
            what, otherwise = "that of another class", "doesn't say why this class"
            yield _alike(name, image, "class", float(np.mean(others)), rows[0], what, otherwise)
        for row in (row for row in rows if row.check == "weights" and row.step == 0):
            what = f"that of the network with its last layers redrawn, from '{row.layers[-1]}' on,"
            yield _alike(name, image, "weights", row.similarity, row, what, "doesn't show what they learned")


def _alike(name, image, measure, value, row, what, otherwise):
    """Returns a row on the similarity of a map and `what`, which should be low."""
    holds = bool(value < row.limit)
    if np.isnan(value):
        said = "the map is the same everywhere, which says nothing"
    else:
        said = f"the map and {what} are {value:.2f} alike (chance {row.chance:.2f})"
        said += "" if holds else f": it {otherwise}"
    return TrustRow(name, image, measure, value, row.chance, holds, f"{measure}: {said}.")
