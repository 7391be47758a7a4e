"""The event file of a directory, which all loggers that write there share."""

import contextlib
import itertools
import os
import socket
import threading
import time
import weakref

import tensorflow as tf

from keras_explain.scopes import Turn

_PATIENCE = 60  # seconds
_AROUND = 16  # bytes of a record beside its event
_files = weakref.WeakValueDictionary()
_finding = threading.Lock()
_numbers = itertools.count()


def event_file(log_dir):
    """Returns the `EventFile` of a directory, the same one as long as anybody keeps it; the last one closes it.

    TensorBoard reads the files of a directory one after the other and expects that only the last one grows.
    """
    log_dir = str(log_dir)
    key = log_dir if "://" in log_dir else os.path.realpath(log_dir)
    with _finding:
        file = _files.get(key)
        if file is None:
            file = _files[key] = EventFile(key)
        return file


class EventFile:
    """A file that grows event by event, each of which is with the system when `append` returns, whole.

    What was written half, or was removed or cut off by somebody else, is left behind for a new file.

    Attributes:
        log_dir: Its directory.
        logs: Who writes there, as far as they are alive.
    """

    def __init__(self, log_dir):
        """Opens nothing yet."""
        self.log_dir, self.logs = log_dir, weakref.WeakSet()
        self._turn, self._file, self._path, self._length = Turn(), None, None, 0
        self._begins = set()

    def open(self):
        """Makes sure that there is a file, which fails if the directory can't be written."""
        self._turn.taken(self._opened, _PATIENCE)

    def append(self, event, losses, before=None):
        """Appends an event.

        Args:
            event: The event.
            losses: The `Losses` to tell, if the file no longer holds what was written before.
            before: An event that has to stand before it in the same file; what it shows is written there once.

        Raises:
            OSError: Or a `tf.errors.OpError`, if it can't be written.
        """
        data = event.SerializeToString()
        if not self._turn.taken(lambda: self._append(data, before), _PATIENCE):
            message = (
                f"the event file in {self.log_dir} was removed or cut off by somebody else: steps before {event.step} "
                "may be missing, a new file goes on."
            )
            losses.tell("files", message)

    def _append(self, data, before):
        whole = self._opened()
        self._write_behind(before, data)
        if not self._intact():
            self._opened()
            self._write_behind(before, data)
            whole = False
        return whole

    def _write_behind(self, before, data):
        shown = before and before.summary.SerializeToString(deterministic=True)
        if shown and shown not in self._begins:
            self._write(before.SerializeToString())
            self._begins.add(shown)
        self._write(data)

    def _opened(self):
        """Opens a new file unless there is one as it was left; returns False if there was one that isn't."""
        if self._file is None:
            self._open()
            return True
        if self._intact():
            return True
        self._open()
        return False

    def _intact(self):
        try:
            return tf.io.gfile.stat(self._path).length == self._length
        except tf.errors.NotFoundError:
            return False

    def _open(self):
        self._forget()
        tf.io.gfile.makedirs(self.log_dir)
        name = f"events.out.tfevents.{time.time():017.6f}.{socket.gethostname()}.{os.getpid()}.{next(_numbers)}"
        path = os.path.join(self.log_dir, name)
        version = tf.compat.v1.Event(wall_time=time.time(), file_version="brain.Event:2")
        try:
            self._file, self._path, self._length = tf.io.TFRecordWriter(path), path, 0
            self._begins = set()
            self._write(version.SerializeToString())
        except BaseException:
            with contextlib.suppress(tf.errors.OpError):
                tf.io.gfile.remove(path)
            raise

    def _write(self, data):
        try:
            self._file.write(data)
            self._file.flush()
            self._length += len(data) + _AROUND
        except BaseException:
            self._forget()  # it may end in half a record, behind which nothing can be read
            raise

    def _forget(self):
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(tf.errors.OpError):  # what is lost has been told
                file.close()
