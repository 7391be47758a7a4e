"""Progress on long work, by Keras's own bar."""

import time

import keras

from keras_explain.errors import OptionError, brief

_LONG = 2.0  # seconds


class Progress:
    """Keras's progress bar, from the start or from when the work turns out to be long."""

    def __init__(self, total, verbose, unit):
        """Shows nothing yet.

        Args:
            total: Number of steps.
            verbose: 0 for silence, 1 for a bar, `"auto"` for one when the work takes more than two seconds.
            unit: What a step is.
        """
        self._total, self._verbose, self._unit = total, verbose, unit
        self._start, self._done, self._bar = time.monotonic(), 0, None

    def step(self, count=1, values=None):
        """Counts some steps more; `values` are the `(name, number)` to show beside them, as they are now."""
        self._done += count
        long = time.monotonic() - self._start > _LONG and self._done < self._total
        if self._bar is None and (self._verbose == 1 or (self._verbose == "auto" and long)):
            names = [name for name, _ in values or ()]
            self._bar = keras.utils.Progbar(self._total, stateful_metrics=names, unit_name=self._unit)
        if self._bar is not None:
            self._bar.update(self._done, values)


def check_verbose(verbose):
    """Returns `verbose` if it is 0, 1 or `"auto"`, else raises an `OptionError`."""
    if not isinstance(verbose, (str, int)) or verbose not in ("auto", 0, 1):
        raise OptionError(f'expected verbose="auto", 0 or 1, received {brief(verbose)}.')
    return verbose
