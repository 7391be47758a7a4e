"""Write images that are synthesized anew every so many epochs into TensorBoard."""

import keras
import numpy as np

from keras_explain.callbacks.events import EventLog
from keras_explain.callbacks.step_counter import StepCounter, time_of
from keras_explain.callbacks.trackers.tracker import check_trackers
from keras_explain.checks.options import check_count, check_name, check_path
from keras_explain.visual.panel import panel
from keras_explain.visual.pixels import to_pixels
from keras_explain.visual.text import legible

_LETTERS = 80  # Of a heading.


class SynthesisLogger(keras.callbacks.Callback):
    """Base class of the callbacks that show what a `Synthesis` makes: one image summary each, from the same start.

    What can be refused is refused in `on_train_begin`; whatever fails later is warned about once and never ends the
    training.
    """

    def __init__(self, every, log_dir, name, trackers, start, options):
        """Keeps how to make images.

        Args:
            every: Number of epochs from one picture to the next.
            log_dir: Directory of the event files.
            name: First part of the tags.
            trackers: Who else is given the pictures, see `ExplanationLogger`.
            start: `initial` and `seed`, as the synthesis takes them.
            options: The synthesis's own.

        Raises:
            OptionError: If an option is outside of what it allows.
        """
        super().__init__()
        self._every = check_count(every, "every")
        self._name, self._log_dir = legible(check_name(name, "name=")), check_path(log_dir, "log_dir=")
        self._steps, self._trackers = StepCounter(), check_trackers(trackers)
        self._start, self._options = start, {"verbose": 0, **options}

    def prepare(self):
        """Returns a function that makes the images, those to start from, and `(number, title)` of each.

        A number is the last part of a tag.

        Raises:
            ExplainError: If something can't be visualized.
        """
        raise NotImplementedError

    def on_train_begin(self, logs=None):
        """Builds the explainer, and refuses what can't be visualized."""
        self._make, images, self._titles = self.prepare()
        to_pixels(images)
        said = {f"{self._name}/{number}": (legible(title, _LETTERS), "") for number, title in self._titles}
        options = {"words": said, "trackers": self._trackers}
        self._events = EventLog(self._log_dir, self._name, self.params, self._draw, **options)
        self._steps.begin_fit()

    def on_epoch_begin(self, epoch, logs=None):
        """Finds the step at which this fit goes on, and logs the one before if it is missing."""
        reached = self._steps.begin_epoch(epoch, self.model)
        if reached and self._events.begin(reached[0]):
            self._log(reached[0])

    def on_epoch_end(self, epoch, logs=None):
        """Logs at the step `epoch`, every so many epochs."""
        self._log(self._steps.epoch(epoch))

    def on_train_end(self, logs=None):
        """Waits for what is still to be written, and closes the file."""
        self._events.flush()
        self._events = None

    def _log(self, step):
        if (step + 1) % self._every == 0:
            self._events.log(step, lambda: {"images": self._make()})

    def _draw(self, found, step):
        pictures = [to_pixels(image[np.newaxis], self._options.get("bounds"))[0] for image in found["images"]]
        return {
            f"{self._name}/{number}": panel([picture], [title], [time_of(step)])
            for (number, title), picture in zip(self._titles, pictures)
        }
