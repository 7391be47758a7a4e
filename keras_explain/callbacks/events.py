"""Write pictures into TensorBoard's event files, and never bring training down by it."""

import warnings

import numpy as np
import tensorflow as tf

from keras_explain.errors import ExplainWarning


class EventWriter:
    """An event file that is opened by the first picture and that goes on after whatever can't be drawn or written."""

    def __init__(self, log_dir):
        """Writes nothing yet."""
        self._log_dir, self._writer, self._warned = str(log_dir), None, False

    def log(self, step, draw):
        """Writes pictures at a step; what fails is warned about once.

        Args:
            step: The step.
            draw: Function that returns `{tag: uint8 (H, W, 3)}`.
        """
        try:
            self._write(step, draw())
        except Exception as error:  # whatever it is, it must not end a training of days
            if not self._warned:
                lost = f"explanations of step {step} are lost, training goes on: {type(error).__name__}: {error}"
                warnings.warn(lost, ExplainWarning, stacklevel=3)
            self._warned = True

    def _write(self, step, pictures):
        if self._writer is None:
            self._writer = tf.summary.create_file_writer(self._log_dir)
        # Keras's own TensorBoard(update_freq=N) switches recording off for everybody between its batches.
        with self._writer.as_default(step), tf.summary.record_if(True):
            for tag, picture in pictures.items():
                tf.summary.image(tag, picture[np.newaxis])
        self._writer.flush()

    def close(self):
        """Closes the file; the next picture opens another."""
        if self._writer is not None:
            self._writer.close()
        self._writer, self._warned = None, False
