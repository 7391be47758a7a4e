"""What methods find on fixed images at a step: a flat dictionary of arrays, as it can be kept on disk."""

import numpy as np

_MAP, _NUMBER = "map ", "number "


class Found:
    """Asks methods about images, and tells of maps that are lost.

    Attributes:
        batch: The images, a `Batch`.
    """

    def __init__(self, joint, batch, losses):
        """Takes the `Joint` of the methods, the `Batch` of the images, and the `Losses` to tell of maps."""
        self._joint, self.batch, self._losses = joint, batch, losses

    def at(self, step, measure=None):
        """Returns `{key: array}`: the probabilities, the maps that are finite, and numbers.

        Args:
            step: The step.
            measure: Function of the batch, the explained classes and the maps that returns `{tag: number}`; None to
                measure nothing. If it fails, the maps are not lost.
        """

        def lost(name, why):
            self._losses.lost(step, f"maps of {name}", why)

        answer = self._joint(self.batch, lost)
        found = {} if answer.probabilities is None else {"probabilities": answer.probabilities}
        for name, values in answer.maps.items():
            if np.isfinite(values).all():
                found[_MAP + name] = values
            else:
                lost(name, "they are not finite")
        if measure is not None:
            with self._losses.catching(step, what="numbers on trust"):
                numbers = measure(self.batch, answer.targets, maps_in(found))
                found |= {_NUMBER + tag: np.array(number) for tag, number in numbers.items()}
        return found


def maps_in(found):
    """Returns `{name of a method: maps}` of what was found."""
    return _named(found, _MAP)


def numbers_in(found):
    """Returns `{tag: number}` of what was found."""
    return {tag: float(number) for tag, number in _named(found, _NUMBER).items()}


def _named(found, kind):
    return {key.removeprefix(kind): value for key, value in found.items() if key.startswith(kind)}
