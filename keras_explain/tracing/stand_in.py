"""Let functions stand in for others for a while, for one thread, and put these back whatever happens."""

import functools
import threading

from keras_explain.errors import ModelError
from keras_explain.scopes import Turn, within

# Two threads that trace at once would put back each other's stand-ins.
_turn = Turn()
_PATIENCE = 600  # seconds: a trace of a large network takes a minute


def standing_in(stand_ins, run):
    """Returns `run()`, while for this thread alone each `owner.name` is `make(original)`.

    A stand-in that somebody has kept does afterward what the original does.

    Args:
        stand_ins: `(owner, name, make)`, each a class or a module, the name of a function among its attributes, and
            what takes the original function and returns the one to call instead.
        run: Called with no argument.

    Raises:
        ModelError: If another thread traces, and doesn't come to an end.
    """
    scope = _Scope(stand_ins)
    try:
        return _turn.taken(lambda: within(scope.enter, run, scope.leave), _PATIENCE)
    except TimeoutError as error:
        raise ModelError(f"expected to trace the model when it is its turn; {error}; try again later.") from None


class _Scope:
    def __init__(self, stand_ins):
        self._stand_ins, self._thread = list(stand_ins), threading.get_ident()
        self._open, self._placed = True, []

    def enter(self):
        for owner, name, make in self._stand_ins:
            own = vars(owner).get(name)
            placed = self._dispatch(getattr(owner, name), make)
            placed = staticmethod(placed) if isinstance(own, staticmethod) else placed
            self._placed.append((owner, name, own, placed))  # before it is set: what is not set need not be put back
            setattr(owner, name, placed)

    def leave(self):
        self._open = False
        while self._placed:
            owner, name, own, placed = self._placed[-1]
            if vars(owner).get(name) is placed:  # or else somebody stands in for us, who will call the original
                if own is None:
                    delattr(owner, name)
                else:
                    setattr(owner, name, own)
            self._placed.pop()

    def _dispatch(self, original, make):
        replacement = make(original)

        @functools.wraps(original)
        def dispatch(*args, **kwargs):
            standing = self._open and threading.get_ident() == self._thread
            return (replacement if standing else original)(*args, **kwargs)

        return dispatch
