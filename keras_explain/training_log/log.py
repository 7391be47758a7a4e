"""The log of a training as arrays."""

import functools
from collections.abc import Mapping

import numpy as np

from keras_explain.errors import InputError, brief
from keras_explain.training_log.run_log import step_at

_ROWS = 12  # A strip shows that many images.


class TrainingLog:
    """What an `ExplanationLogger` has logged of a training: S steps of N images.

    Attributes:
        run: Path of the run from the directory of the log, "." for that itself.
        name: The logger's `name=`.
        steps: ints `(S,)`: epochs from 0, or numbers of batches.
        by_epoch: Whether they are epochs.
        class_names: The names of the classes by their index.
        labels: The class that each image shows, ints `(N,)`, -1 where it is none or several.
        methods: The names of the methods whose maps were logged.
        left_out: Why what was logged isn't all here, a sentence each.
    """

    def __init__(self, run, name, inputs, places, left_out=()):
        """Reads no step yet.

        Args:
            run: See above, as for `name` and `left_out`.
            name: See above.
            inputs: The `Inputs`.
            places: `{step: Place}`.
            left_out: See above.
        """
        self.run, self.name, self.left_out = run, name, list(left_out)
        self.steps, self.by_epoch = np.array(list(places), np.int64), inputs.by_epoch
        self.class_names, self.methods = list(inputs.class_names), list(inputs.methods)
        self.labels = np.array([-1 if label is None else label for label in inputs.labels], np.int32)
        self._inputs, self._places = inputs, places

    def __len__(self):
        return len(self.steps)

    def __getitem__(self, steps):
        """Returns the log of a slice of the steps: `log[-1:]` of the last one."""
        if not isinstance(steps, slice):
            raise TypeError(f"expected a slice of steps, as log[-1:], received {brief(steps)}.")
        return self._of(list(self._places)[steps])

    def at(self, rows):
        """Returns the log of some of the steps.

        Args:
            rows: Which ones of `steps`, ints.
        """
        return self._of([int(step) for step in self.steps[rows]])

    def __repr__(self):
        return (
            f"<{len(self)} steps of {len(self._inputs)} images in run {brief(self.run)} by {', '.join(self.methods)}>"
        )

    @functools.cached_property
    def images(self):
        """The images as they are shown, uint8 `(N, H, W, 3)`, of at most 448 pixels a side."""
        return self._inputs.images()

    @property
    def maps(self):
        """`{name of a method: float32 (S, N, *spatial, C)}`, raw values at the maps' own size, NaN for none.

        Maps of up to 1024 values are rounded to 11 binary digits, of larger ones a value is within a 127th of the map's
        largest magnitude. Each is read when it is asked for; `log[-1:].maps` reads the last step alone.
        """
        return LoggedMaps(self.methods, self._stacked)

    @functools.cached_property
    def scores(self):
        """What was explained, float32 `(S, N)`; None if no model was asked."""
        return self._number("scores")

    @functools.cached_property
    def targets(self):
        """The explained classes, int32 `(S, N)`; None if no model was asked."""
        return self._number("targets")

    @functools.cached_property
    def probabilities(self):
        """float32 `(S, N, classes)`; None if the model gives none."""
        return self._number("probabilities")

    @functools.cached_property
    def losses(self):
        """The cross-entropy of each image's label, `-log p`, float32 `(S, N)`, NaN without a label; None if unknown."""
        return losses(self.probabilities, self.labels)

    @functools.cached_property
    def measures(self):
        """`{"concentration/grad_cam": float32 (S, N)}`: what was measured of each map."""
        found = [{name: step.number(name) for name in step.numbers if "/" in name} for step in self._read()]
        names = sorted({name for each in found for name in each})
        return {name: _stacked([each.get(name) for each in found]) for name in names}

    @property
    def captions(self):
        """What each image truly shows, a text each; None if that isn't known."""
        return self._inputs.captions

    def about(self, method):
        """Returns what is known of a method: its title, its layer, and how its maps look."""
        return self._inputs.methods[method]

    def time(self, step):
        """Returns a step as people count it: epochs from 1."""
        return f"epoch {step + 1}" if self.by_epoch else f"batch {step}"

    def plot(self, method=None, *, rows=_ROWS, columns=8, scale="epoch", size=1.2):
        """Draws a strip: a row an image and a column a step, below each map the predicted class.

        Args:
            method: The method's name; the first one by default.
            rows: Which images to show: how many of the first ones, a slice, or a list of indices.
            columns: How many steps at most. The first and the last are among them, and early ones, when most changes,
                stand closer together.
            scale: `"epoch"` for each map's own colors, `"run"` for the same in all of them.
            size: Height of a picture in inches.

        Returns:
            A `matplotlib.figure.Figure` that belongs to no window.

        Raises:
            OptionError: If an option is outside of what it allows.
            InputError: If there are no maps of images by the method.
        """
        from keras_explain.training_log.strip import strip  # loads TensorFlow, which reading a log needs not

        return strip(self, method, rows, columns, scale, size)

    def animation(self, method=None, *, rows=_ROWS, frames=40, scale="epoch"):
        """Draws an animation of all images: a frame a step, above each map the predicted class.

            Path("training.gif").write_bytes(log.animation("grad_cam"))

        Args:
            method: The method's name; the first one by default.
            rows: See `plot`.
            frames: How many steps at most, evenly spaced.
            scale: See `plot`.

        Returns:
            bytes of a GIF that takes six seconds or less, the last frame two more.

        Raises:
            OptionError: If an option is outside of what it allows.
            InputError: If there are no maps of images by the method.
        """
        from keras_explain.training_log.animation import animation

        return animation(self, method, rows, frames, scale)

    def _of(self, steps):
        places = {step: self._places[step] for step in steps}
        return TrainingLog(self.run, self.name, self._inputs, places, self.left_out)

    def _number(self, name):
        return self._stacked(lambda step: step.number(name))

    def _stacked(self, of):
        return _stacked([of(step) for step in self._read()])

    def _read(self):
        return map(step_at, self._places.values())


class LoggedMaps(Mapping):
    """The maps of each method, read when they are asked for."""

    def __init__(self, methods, stacked):
        """Takes the names of the methods, and what stacks a function's values of all steps."""
        self._methods, self._stacked = methods, stacked

    def __getitem__(self, method):
        if method not in self._methods:
            raise KeyError(method)
        return self._stacked(lambda step: step.maps(method))

    def __iter__(self):
        return iter(self._methods)

    def __len__(self):
        return len(self._methods)


def _stacked(rows):
    """Returns an array of all steps, NaN or -1 where one has none; None if none has any."""
    known = [row for row in rows if row is not None]
    if not known:
        return None
    if len({row.shape for row in known}) > 1:
        raise InputError(
            f"expected a log whose maps keep their size, received sizes {known[0].shape} to {known[-1].shape} of "
            "trainings in one directory; give each a log_dir= of its own."
        )
    none = np.full(known[0].shape, np.nan if known[0].dtype.kind == "f" else -1, known[0].dtype)
    return np.stack([none if row is None else row for row in rows])


def losses(probabilities, labels):
    """Returns `-log p` of labels, float32 `(..., N)`, NaN where a label is -1; None if nothing is known.

    Args:
        probabilities: `(..., N, classes)`, or None.
        labels: ints `(N,)`.
    """
    if probabilities is None or probabilities.shape[-1] < 2 or not (labels >= 0).any():
        return None
    chosen = np.clip(labels, 0, probabilities.shape[-1] - 1).reshape(*[1] * (probabilities.ndim - 2), -1, 1)
    chosen = np.broadcast_to(chosen, (*probabilities.shape[:-1], 1))
    chances = np.take_along_axis(probabilities, chosen, axis=-1)[..., 0]
    tiny = np.finfo(np.float32).tiny
    return np.where(labels >= 0, -np.log(np.maximum(chances, tiny)), np.nan).astype(np.float32)
