"""What one logger writes of one training: numbers at once, pictures behind."""

import re

import tensorflow as tf

from keras_explain.callbacks.drawing import Drawing
from keras_explain.callbacks.event_file import event_file
from keras_explain.callbacks.losses import Losses
from keras_explain.callbacks.summaries import start_event, summary_event
from keras_explain.callbacks.trackers.tracker import begun
from keras_explain.callbacks.written import last_steps
from keras_explain.errors import OptionError


class EventLog:
    """Writes steps in order, each whole.

    A step is computed and measured on the caller's thread; what was found is on disk, and its numbers in the event
    file, when `log` returns. The pictures are drawn behind. What a killed process has left undrawn is drawn as soon as
    another log of this name begins. What fails is warned about once, and training goes on.

    Attributes:
        losses: The `Losses` to tell of what fails.
    """

    def __init__(self, log_dir, name, training, draw, measure=lambda found: {}, once=None, words=None, trackers=()):
        """Draws what is undrawn, and makes sure that the directory can be written.

        Args:
            log_dir: Directory of the event files.
            name: First part of the tags.
            training: What tells one training from the next: the `params` that Keras gives all callbacks of a fit.
            draw: `(found, step) -> {tag: uint8 (H, W, 3) or list of bytes}`, called on another thread; the tags of
                pictures are `<name>/<number>`.
            measure: `found -> {tag: number}`.
            once: `{tag: list of bytes}` that has to stand before what is drawn of bytes.
            words: `{tag: (heading, description)}` that TensorBoard shows with a tag.
            trackers: Who else is given pictures and numbers, see `check_trackers`.

        Raises:
            OptionError: If another logger of the same training writes the same tags, the directory can't be written, or
                a tracker has no active run.
        """
        self._name, self._training, self._measure, self._words = name, training, measure, words
        self._file, self.losses = event_file(log_dir), Losses()
        if any(log._name == name for log in self._of_this_training()):
            raise OptionError(
                f"expected loggers that can be told apart, received two that write '{name}/...' into {log_dir}; "
                "give one of them name= or a log_dir= of its own."
            )
        trackers = [begun(tracker, name) for tracker in trackers]
        self._drawing = Drawing(self._file, name, draw, self.losses, once, words, trackers)
        try:
            self._file.open()
            self._last, self._reached, self._logged = self._caught_up(), None, None
        except (OSError, tf.errors.OpError) as error:
            raise OptionError(f"expected log_dir= as a directory to write into, received {log_dir}: {error}") from error
        self._file.logs.add(self)

    def begin(self, step):
        """Takes the step of the weights with which the training begins, -1 if it is new.

        Returns:
            Whether that step is missing in a log that goes on here, as after a kill between a backup and this log;
            None if no log goes on.
        """
        self._reached = step
        return None if self._last is None or step < 0 else self._last < step

    def log(self, step, compute):
        """Writes what is to be seen at a step.

        Args:
            step: The step.
            compute: Called at once; returns `{key: array}`, which `draw` and `measure` are given.
        """
        with self.losses.catching(step):
            found = compute()
            numbers = self._measure(found)
            with self.losses.catching(step):
                self._announce()
            with self.losses.catching(step):
                self._drawing.undrawn.keep(step, found, numbers)
            with self.losses.catching(step, self._drawing.undrawn.holds):
                self._file.append(summary_event(step, numbers, self._words), self.losses)
            self._drawing.begin(step, found, numbers)
            self._logged = step

    def recall(self, step, compute):
        """Measures what was logged at a step before, so that the next one can be held against it; writes nothing."""
        with self.losses.catching(step):
            self._measure(compute())

    def show(self, draw):
        """Writes what is to be seen of all steps, beside the last one.

        Args:
            draw: `log_dir -> {tag: uint8 (H, W, 3) or GIF as bytes}`, called when all else is written.
        """
        if self._logged is not None and self._drawing.finish():
            with self.losses.catching(self._logged, what="strips"):
                self._drawing.show(self._logged, draw(self._file.log_dir))

    def flush(self):
        """Waits until everything is written, or that takes too long."""
        if not self._drawing.finish():
            self.losses.tell("pictures", "the last pictures are not written yet, they wait on disk.")

    def _of_this_training(self):
        return [] if self._training is None else [log for log in self._file.logs if log._training is self._training]

    def _announce(self):
        """Before the first step, lets TensorBoard forget those that are going to come again.

        It forgets them of all tags: of loggers by epoch and by batch, only what neither of them repeats is safe.
        """
        if None not in (self._last, self._reached) and self._last > self._reached:
            logs = self._of_this_training() or [self]
            first = 1 + max(log._reached for log in logs if log._reached is not None)
            for _ in range(2):  # the first one that TensorBoard sees of a run is its beginning, and forgets nothing
                self._file.append(start_event(first), self.losses)
            for log in logs:
                log._last = None
        self._last = None

    def _caught_up(self):
        """Draws what was left undrawn; returns the last step of the log, None if there is none."""
        pictures = rf"{re.escape(self._name)}/-?\d+"
        written = last_steps(self._file.log_dir, pictures)
        drawn = [step for tag, step in written.items() if re.fullmatch(pictures, tag)]
        left = self._drawing.undrawn.steps()
        for step in left:
            if step in drawn:  # killed between the two
                self._drawing.undrawn.drop(step)
        self._drawing.catch_up([step for step in left if step not in drawn], written)
        return max([*drawn, *left], default=None)
