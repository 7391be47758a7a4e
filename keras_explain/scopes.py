"""Scopes that an interrupt can't leave half open.

Ctrl-C raises between any two steps of Python, also on the way out of a `with` block, which then isn't left. Here the
way out is gone twice, each time from the start.
"""

import threading
import time


def within(enter, run, leave):
    """Returns `run()`, called between `enter()` and `leave()`, wherever in these an error or an interrupt falls.

    Args:
        enter: Called first; may fail half way.
        run: Called with no argument.
        leave: Undoes as much as `enter` has done; called once more after it is done or interrupted, and does nothing
            then that is done already.
    """
    try:
        try:
            enter()
            return run()
        finally:
            leave()
    finally:
        leave()


class Turn:
    """What one thread at a time may do. Who has the turn is seen from outside, so that nobody keeps it by accident."""

    def __init__(self):
        """Nobody has it."""
        self._holder = {}

    def taken(self, run, patience):
        """Returns `run()`, called while this thread has the turn, which it may have already.

        Args:
            run: Called with no argument.
            patience: How many seconds to wait for another thread.

        Raises:
            TimeoutError: If another thread has it for longer.
        """
        thread = threading.get_ident()
        if self._holder.get("thread") == thread:
            return run()
        return within(lambda: self._take(thread, patience), run, lambda: self._give_back(thread))

    def _take(self, thread, patience):
        end = time.monotonic() + patience
        while self._holder.setdefault("thread", thread) != thread:
            if time.monotonic() > end:
                raise TimeoutError(f"another thread is busy with it for more than {patience:.3g} seconds")
            time.sleep(0.002)

    def _give_back(self, thread):
        if self._holder.get("thread") == thread:
            self._holder.pop("thread", None)
