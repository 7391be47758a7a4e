"""Write pictures and numbers into TensorBoard's event files, off the training thread, and never end training by it."""

import concurrent.futures
import contextlib
import itertools
import os
import socket
import sys
import threading
import time
import warnings
import weakref

import tensorflow as tf

from keras_explain.callbacks.summaries import summary_value
from keras_explain.errors import ExplainWarning, OptionError

# Steps that may wait to be drawn and written; when there are more, training waits: nothing is dropped.
_WAITING = 2
_writers = weakref.WeakValueDictionary()
_numbers = itertools.count()


def event_writer(log_dir):
    """Returns the `EventWriter` of a directory, the same one for all loggers that write there.

    TensorBoard reads the files of a directory one after the other and expects that only the last one grows.
    """
    log_dir = str(log_dir)
    key = log_dir if "://" in log_dir else os.path.abspath(log_dir)
    writer = _writers.get(key)
    if writer is None:
        writer = _writers[key] = EventWriter(key)
    return writer


class EventWriter:
    """Writes steps in order, on a thread of its own, each whole or not at all.

    A step is computed on the caller's thread, while the weights are those of the step; drawn, encoded and written on
    the other. What fails is warned about once a training, and the next step is tried again: in a new file, since the
    old one may be gone or end in half a record.
    """

    def __init__(self, log_dir):
        """Writes nothing yet."""
        self._log_dir = log_dir
        self._file = self._path = self._worker = None
        self._slots = threading.BoundedSemaphore(_WAITING)
        self._warned, self._claims = set(), {}

    def begin(self, name, training):
        """Opens the file for a training, in which tags that begin with `name` belong to the caller.

        Args:
            name: First part of the tags.
            training: What tells one training from the next: the `params` that Keras gives all callbacks of a fit.

        Raises:
            OptionError: If another logger of the same training writes the same tags, or the directory can't be written.
        """
        if training is not None and self._claims.get(name) is training:
            raise OptionError(
                f"expected loggers that can be told apart, received two that write '{name}/...' into {self._log_dir}; "
                "give one of them name= or a log_dir= of its own."
            )
        self.flush()
        if not any(claim is training for claim in self._claims.values()):
            self._warned.clear()
        self._claims[name] = training
        try:
            self._open()
        except (OSError, tf.errors.OpError) as error:
            raise OptionError(
                f"expected log_dir= as a directory to write into, received {self._log_dir}: {error}"
            ) from error

    def log(self, step, compute, draw):
        """Writes what is to be seen at a step, as soon as it is its turn.

        Args:
            step: The step.
            compute: Called at once, on this thread.
            draw: Called later, on the other thread, with what `compute` returned; returns `{tag: uint8 (H, W, 3) or
                number}`.
        """
        with self._warning(step):
            found = compute()
            if self._worker is None:
                self._worker = concurrent.futures.ThreadPoolExecutor(1, "keras_explain")
            self._slots.acquire()
            self._worker.submit(self._write, step, draw, found)

    def flush(self):
        """Waits until everything is written."""
        if self._worker is not None:
            self._worker.shutdown()
            self._worker = None

    def close(self):
        """Waits until everything is written and closes the file; a later step opens another."""
        self.flush()
        self._forget()

    def lost(self, step, what, why):
        """Warns, once a training, that something couldn't be computed, drawn or written."""
        if what not in self._warned:
            self._warned.add(what)
            message = f"{what} of step {step} are lost, training goes on: {why}"
            try:
                warnings.warn(message, ExplainWarning, stacklevel=2)
            except ExplainWarning:  # made an error by the user's filter, which is not to end a training of days
                print(message, file=sys.stderr)

    @contextlib.contextmanager
    def _warning(self, step):
        try:
            yield
        except Exception as error:  # whatever it is, it must not end a training of days
            self.lost(step, "explanations", f"{type(error).__name__}: {error}")

    def _write(self, step, draw, found):
        try:
            with self._warning(step):
                values = [summary_value(tag, shown) for tag, shown in draw(found).items()]
                event = tf.compat.v1.Event(wall_time=time.time(), step=step)
                event.summary.value.extend(values)
                self._append(event)
        finally:
            self._slots.release()

    def _append(self, event):
        self._open()
        try:
            self._file.write(event.SerializeToString())
            self._file.flush()
        except BaseException:
            self._forget()
            raise

    def _open(self):
        """Opens a new file unless there is one that still exists."""
        if self._file is not None and tf.io.gfile.exists(self._path):
            return
        self._forget()
        tf.io.gfile.makedirs(self._log_dir)
        name = f"events.out.tfevents.{time.time():017.6f}.{socket.gethostname()}.{os.getpid()}.{next(_numbers)}"
        path = os.path.join(self._log_dir, name)
        try:
            self._file, self._path = tf.io.TFRecordWriter(path), path
            self._append_version()
        except BaseException:
            self._forget()
            with contextlib.suppress(tf.errors.OpError):
                tf.io.gfile.remove(path)
            raise

    def _append_version(self):
        version = tf.compat.v1.Event(wall_time=time.time(), file_version="brain.Event:2")
        self._file.write(version.SerializeToString())
        self._file.flush()

    def _forget(self):
        if self._file is not None:
            with contextlib.suppress(tf.errors.OpError):  # what is lost has been warned about
                self._file.close()
        self._file = self._path = None
