"""The logs below some directories, kept as far as they were read: shared by the threads of a server."""

import os
import threading
import time

from keras_explain.training_log.run_log import RunLog
from keras_explain.training_log.runs import find_runs

_REST = 1  # Seconds in which nothing is read anew.


class Served:
    """All logs, by the names of run and logger."""

    def __init__(self, folders):
        """Reads nothing yet.

        Args:
            folders: `[(first part of the runs' names or None, directory)]`.
        """
        self._folders = [(first, os.path.expanduser(folder)) for first, folder in folders]
        self._runs, self._found, self._lock, self._read = {}, ({}, []), threading.Lock(), None

    def logs(self):
        """Returns `{(run, logger): Logged}` as it is now, and what can't be read, a sentence each."""
        with self._lock:
            if self._read is None or time.monotonic() - self._read >= _REST:
                self._found = self._refreshed()
                self._read = time.monotonic()
            return self._found

    def _refreshed(self):
        paths = {}
        for first, folder in self._folders:
            for run, path in find_runs(folder).items():
                paths[_new(run if first is None else first if run == "." else f"{first}/{run}", paths)] = path
        self._runs = {name: self._known(name, path) for name, path in paths.items()}
        found, broken = {}, []
        for run, log in self._runs.items():
            log.refresh()
            broken += [f"{os.path.relpath(file, log.path)} of run {run}: {why}." for file, why in log.broken.items()]
            found |= {(run, name): one.logged() for name, one in log.loggers.items()}
        return {names: log for names, log in found.items() if log is not None}, broken

    def _known(self, name, path):
        known = self._runs.get(name)
        return known if known is not None and known.path == path else RunLog(path)


def _new(name, names):
    """Returns a name that is not among these: two runs may be called the same."""
    number, given = 2, name
    while name in names:
        name, number = f"{given} ({number})", number + 1
    return name
