"""What methods find on fixed images at a step: a flat dictionary of arrays, as it can be kept on disk."""

import numpy as np

_MAP, _OWN, _NUMBER, _EACH, _ROWS = "map ", "own ", "number ", "each ", "rows"
_ANSWERS = ("scores", "targets", "probabilities")


class Found:
    """Asks methods about images, and tells of maps that are lost.

    Attributes:
        batch: The images, a `Batch`.
    """

    def __init__(self, joint, batch, statistics, losses):
        """Takes the `Joint` of the methods, the `Batch` of the images, `Statistics`, and the `Losses` to tell."""
        self._joint, self.batch, self._statistics, self._losses = joint, batch, statistics, losses

    def among(self, step, choose, count, tag):
        """Returns the same as `at` of some of the images, without what is measured of maps, and which ones they are.

        Args:
            step: The step.
            choose: A `Chooser`.
            count: How many are explained at most.
            tag: Tag of the number that tells the share of all images that could be chosen.
        """
        rows = choose()
        if rows is None:
            return {}
        found = {_ROWS: rows[:count], _NUMBER + tag: np.array(len(rows) / len(self.batch))}
        return found | (self._maps(step, self.batch[rows[:count]])[1] if len(rows) else {})

    def at(self, step, measure=None):
        """Returns `{key: array}`: scores, targets and probabilities, the maps that are finite, and numbers.

        Args:
            step: The step.
            measure: Function of the batch, the explained classes and the maps that returns `{tag: number}`; None to
                measure nothing. If it fails, the maps are not lost.
        """
        answer, found = self._maps(step, self.batch)
        found |= {_EACH + name: each for name, each in self._statistics.measure(maps_in(found)).items()}
        if measure is not None:
            with self._losses.catching(step, what="numbers on trust"):
                numbers = measure(self.batch, answer.targets, maps_in(found))
                found |= {_NUMBER + tag: np.array(number) for tag, number in numbers.items()}
        return found

    def _maps(self, step, batch):
        """Returns the answer about images, and what it says as `{key: array}`."""

        def lost(name, why):
            self._losses.lost(step, f"maps of {name}", why)

        answer = self._joint(batch, lost)
        found = {name: getattr(answer, name) for name in _ANSWERS if getattr(answer, name) is not None}
        for name, values in answer.maps.items():
            if np.isfinite(values).all():
                found[_MAP + name] = values
                own = (answer.unresized or {}).get(name, values)
                found |= {} if own.shape == values.shape else {_OWN + name: own}
            else:
                lost(name, "they are not finite")
        return answer, found


def maps_in(found):
    """Returns `{name of a method: maps}` of what was found."""
    return _named(found, _MAP)


def own_maps_in(found):
    """Returns `{name of a method: maps}`, those of layers at the layer's own size."""
    return maps_in(found) | _named(found, _OWN)


def answers_in(found):
    """Returns `{name: array (N, ...)}` of what the model answered: scores, targets and probabilities."""
    return {name: found[name] for name in _ANSWERS if name in found}


def rows_in(found):
    """Returns which of the images were chosen, ints; None where that isn't known, or all are shown."""
    return found.get(_ROWS)


def measures_in(found):
    """Returns `{measure/method: float64 (N,)}` of what was measured of each map."""
    return _named(found, _EACH)


def numbers_in(found):
    """Returns `{tag: number}` of what was found."""
    return {tag: float(number) for tag, number in _named(found, _NUMBER).items()}


def _named(found, kind):
    return {key.removeprefix(kind): value for key, value in found.items() if key.startswith(kind)}
