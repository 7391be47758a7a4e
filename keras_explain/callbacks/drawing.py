"""Draw and write the pictures of steps behind the training, each kept on disk until it is written."""

import atexit
import threading
import weakref

from keras_explain.callbacks.summaries import summary_event
from keras_explain.callbacks.undrawn import Undrawn

_PATIENCE = 60  # seconds
_drawings = weakref.WeakSet()


class Drawing:
    """The pictures of one logger, a step at a time on a thread of its own, or the caller's where there is no other."""

    def __init__(self, file, name, draw, losses, once=None, words=None, trackers=()):
        """Draws nothing yet.

        Args:
            file: The `EventFile`.
            name: First part of the tags.
            draw: `(found, step) -> {tag: uint8 (H, W, 3) or list of bytes}`.
            losses: The `Losses` to tell of what fails.
            once: `{tag: list of bytes}` that has to stand before what is drawn of bytes.
            words: `{tag: (heading, description)}`, see `summary_event`.
            trackers: A `Tracker` each, that are given what is written.
        """
        self.undrawn = Undrawn(file.log_dir, name)
        self._file, self._draw, self._losses, self._once, self._words = file, draw, losses, once, words
        self._trackers = trackers
        self._thread, self._hangs = None, False
        _drawings.add(self)

    def begin(self, step, found, numbers):
        """Begins with the pictures of a step, as soon as those before are written.

        Args:
            step: The step.
            found: What `draw` is given.
            numbers: `{tag: number}`, which are written already, for the trackers.
        """
        if not self.finish():
            message = f"pictures of step {step} wait: those before are not written after {_PATIENCE} s."
            self._losses.tell("pictures", message)
            return
        self._thread = threading.Thread(target=self._write, args=(step, found, numbers), daemon=True)
        try:
            self._thread.start()
        except RuntimeError:  # no thread is to be had
            self._thread = None
            self._write(step, found, numbers)

    def show(self, step, shown):
        """Writes pictures, and GIFs as bytes, that belong to no step's own: `{tag: picture or GIF}`."""
        self._append(step, shown)
        self._hand_on(step, {tag: each for tag, each in shown.items() if not isinstance(each, bytes)}, {})

    def finish(self):
        """Waits until everything is written; returns False if that takes too long, and doesn't wait as long again."""
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(0 if self._hangs else _PATIENCE)
        self._hangs = self._thread is not None and self._thread.is_alive()
        return not self._hangs

    def catch_up(self, steps, written=None):
        """Writes steps that are kept on disk, up to one that can't be written.

        Args:
            steps: The steps.
            written: `{tag: last step}` where numbers may be missing as well.
        """
        for step in steps:
            with self._losses.catching(step, self.undrawn.holds):
                try:
                    found, numbers = self.undrawn.read(step)
                except Exception:
                    self.undrawn.drop(step)
                    raise
                if written is not None:
                    self._append(step, {tag: each for tag, each in numbers.items() if written.get(tag, -1) < step})
                self._write_one(step, found, numbers)
            if self.undrawn.holds(step):
                break

    def _write(self, step, found, numbers):
        self.catch_up([earlier for earlier in self.undrawn.steps() if earlier < step])
        with self._losses.catching(step, self.undrawn.holds):
            self._write_one(step, found, numbers)

    def _write_one(self, step, found, numbers):
        try:
            shown = self._draw(found, step)
        except Exception:
            self.undrawn.drop(step)  # it would fail again
            raise
        raw = {tag: each for tag, each in shown.items() if isinstance(each, list)}
        self._append(step, raw, self._once)  # first, and by itself: pictures tell that the step is complete
        pictures = {tag: each for tag, each in shown.items() if tag not in raw}
        self._append(step, pictures)
        self.undrawn.drop(step)
        self._hand_on(step, pictures, numbers)

    def _hand_on(self, step, pictures, numbers):
        for tracker in self._trackers:
            with self._losses.catching(step, what=f"pictures and numbers for {type(tracker).__name__}"):
                tracker.log_step(step, pictures, numbers)

    def _append(self, step, shown, once=None):
        if shown:
            before = once and summary_event(step, once)
            self._file.append(summary_event(step, shown, self._words), self._losses, before)


@atexit.register
def _finish():
    for drawing in list(_drawings):
        drawing.finish()
