"""Steps of a log that are drawn, and how."""

import numpy as np

from keras_explain.checks.options import check_choice, is_whole
from keras_explain.checks.rows import check_rows
from keras_explain.errors import InputError, OptionError, brief, near
from keras_explain.maps import fitted
from keras_explain.visual.scale import attribution_limit, beginning

_LOOK = ("signed", "fine", "relative")


class Drawn:
    """What is drawn of a method at some steps of a log.

    Attributes:
        log: The `TrainingLog` of these steps.
        rows: The images, M indices.
        left_out: What is said of images that aren't shown though nobody chose, "" if there are none.
        maps: float32 `(S, M, h, w, C)`, at their own size.
        title: The method's title.
        look: Its look, as options of `attribution_picture`.
        limit: Value of the outermost color; None for each map's own.
        answers: The predicted class of each image, marked if it is wrong, and its probability, S lists of M texts; None
            if that isn't known.
    """

    def __init__(self, log, method, rows, count, scale, spaced):
        """Reads at most so many steps, the first and the last among them.

        Args:
            log: The `TrainingLog`.
            method: The method's name; None for the first one.
            rows: Which images, see `check_rows`.
            count: How many steps.
            scale: `"epoch"` for each map's own colors, `"run"` for the same in all of them.
            spaced: How the numbers of the steps are spaced, from 1: `np.geomspace` or `np.linspace`.

        Raises:
            OptionError: If there is no such method, image or scale.
            InputError: If the log has no map of it, or none of images.
        """
        check_choice(scale, "scale=", ("epoch", "run"))
        method = log.methods[0] if method is None else method
        if method not in log.methods:
            raise OptionError(
                f"expected a method that was logged, received {brief(method)}; {near(method, log.methods)}"
            )
        places = _places(len(log), count, spaced)
        self.log = log.at(places)
        maps = self.log.maps[method]
        lost = None if maps is None else ~np.isfinite(maps.reshape(len(maps), -1)).all(axis=1)
        if maps is None or lost.all() or maps.ndim != 5:
            raise InputError(f"expected a log with maps of images by {method}, received one without.")
        if lost.any():
            self.log, maps = log.at(places[~lost]), maps[~lost]
        about = log.about(method)
        self.title, self.look = about["title"], {key: bool(about.get(key)) for key in _LOOK}
        self.rows = check_rows(rows, len(log.images))
        fewer = is_whole(rows) and len(self.rows) < len(log.images)
        self.left_out = f"; the first {len(self.rows)} of {len(log.images)} images" if fewer else ""
        self.maps, self.answers = maps[:, self.rows], _answers(self.log, self.rows)
        self._size = log.images.shape[1:3]
        self.limit = None if scale == "epoch" else self._limit()

    def resized(self, number):
        """Returns the maps of a step at the size of the images, where their colors' scale is taken."""
        return fitted(self.maps[number], self._size)

    def _limit(self):
        """Returns the largest value that a map needs a color for, over all steps and images."""
        signed, relative = self.look["signed"], self.look["relative"]
        each = (values for number in range(len(self.maps)) for values in self.resized(number))
        return max(attribution_limit(values - beginning(values, relative), signed) for values in each)


def _places(steps, count, spaced):
    """Returns the numbers of at most `count` of so many steps, the first and the last among them, in their order."""
    if count >= steps:
        return np.arange(steps)
    places = np.unique(np.rint(spaced(1, steps, count)).astype(int) - 1)
    return places if count > 1 else np.array([steps - 1])


def _answers(log, rows):
    if log.probabilities is None:
        return None
    chosen = log.probabilities.argmax(-1)
    wrong = (log.labels >= 0) & (chosen != log.labels) & (log.probabilities.shape[-1] > 1)
    return [
        [
            f"{'✗ ' if wrong[step, i] else ''}{_name(log, chosen[step, i])}  {log.probabilities[step, i].max():.0%}"
            for i in rows
        ]
        for step in range(len(log))
    ]


def _name(log, index):
    return log.class_names[index] if index < len(log.class_names) else str(index)
