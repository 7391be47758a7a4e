"""Progress on long work: one line on standard error, written anew where somebody watches it."""

import sys
import time

from keras_explain.errors import OptionError, brief

_LONG = 2.0  # seconds
_OFTEN = 0.1  # seconds from one line to the next


class Progress:
    """How much of some work is done and how long the rest will take.

    It is written where it is watched, on a terminal or in a notebook. Elsewhere, as into a log, a line would be one
    more each time: there it is written when it is asked for, and ten times in all.
    """

    def __init__(self, total, verbose, unit):
        """Shows nothing yet.

        Args:
            total: Number of steps.
            verbose: 0 for silence, 1 for a line from the start, `"auto"` for one where it is watched and the work takes
                more than two seconds.
            unit: What a step is.
        """
        self._total, self._verbose, self._unit = total, verbose, unit
        self._start, self._written, self._done, self._width = time.monotonic(), 0.0, 0, 0

    def step(self, count=1, values=()):
        """Counts some steps more; `values` are the `(name, number)` to show beside them, as they are now."""
        before, self._done = self._done, self._done + count
        if self._verbose == 0 or sys.stderr is None:  # as of a program without a console
            return
        if not _is_watched(sys.stderr):
            if self._verbose == 1 and 10 * self._done // self._total > 10 * before // self._total:
                print(self._line(values), file=sys.stderr, flush=True)
            return
        now, ended = time.monotonic(), self._done >= self._total
        shown = self._width or self._verbose == 1 or (now - self._start > _LONG and not ended)
        if shown and (ended or now - self._written > _OFTEN):
            self._rewrite("" if ended and self._verbose == "auto" else self._line(values))
            self._written = now
            if ended:
                print(file=sys.stderr, end="\n" if self._verbose == 1 else "\r")

    def _line(self, values):
        passed = time.monotonic() - self._start
        left = passed / self._done * (self._total - self._done)
        shown = ", ".join(f"{name} {number:.4g}" for name, number in values)
        took = f"{_clock(left)} left" if left else f"took {_clock(passed)}"
        return f"{self._unit} {self._done} of {self._total}, {took}{shown and f', {shown}'}"

    def _rewrite(self, line):
        print(f"\r{line.ljust(self._width)}", end="", file=sys.stderr, flush=True)
        self._width = len(line)


def announce(text, verbose):
    """Writes a line before long work, where its progress would be shown."""
    if sys.stderr is not None and (verbose == 1 or (verbose == "auto" and _is_watched(sys.stderr))):
        print(text, file=sys.stderr, flush=True)


def check_verbose(verbose):
    """Returns `verbose` if it is 0, 1 or `"auto"`, else raises an `OptionError`."""
    if not isinstance(verbose, (str, int)) or verbose not in ("auto", 0, 1):
        raise OptionError(f'expected verbose="auto", 0 or 1, received {brief(verbose)}.')
    return verbose


def _is_watched(stream):
    """Tells a terminal and a notebook, which says it is none."""
    return stream.isatty() or type(stream).__module__.startswith("ipykernel")


def _clock(seconds):
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes}:{seconds:02}"
