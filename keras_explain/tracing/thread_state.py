"""What TensorFlow and Keras keep for a thread while they trace, put back where an interrupt hindered them."""

import sys
import traceback

from keras.src.backend.common.global_state import get_global_attribute, set_global_attribute
from tensorflow.python.eager import context
from tensorflow.python.framework import ops

_SCOPES = ("current_call_ctx", "stateless_scope", "autocast_scope")


def unharmed(run):
    """Returns `run()`; if that raises, this thread is afterward in the graphs and scopes in which it was before.

    Both libraries enter graphs and scopes in `with` blocks, which an interrupt may leave unclosed: each later call of
    any model would fail then, or run as if it were still traced. Also those that look closed may not be: a generator
    that an interrupt kept from being closed waits in a frame of the error, and puts back what it has found when that
    error is dropped, however much later.
    """
    before, handled = _state(), sys.exc_info()[1]
    try:
        return run()
    except BaseException as error:
        try:
            _mend(error, handled, before)
        finally:  # once more, as an interrupt may fall into the first
            _mend(error, handled, before)
        raise


def _mend(error, handled, before):
    errors = _chain(error, handled)
    if _state() != before or not all(isinstance(error, Exception) for error in errors):
        for error in errors:
            traceback.clear_frames(error.__traceback__)
    _put_back(*before)


def _chain(error, handled):
    """Returns an error and what it was made of or hides, as of an interrupt, less what had been handled before."""
    found, left = [], [error]
    while left:
        error = left.pop()
        if error is not None and error is not handled and all(error is not other for other in found):
            found.append(error)
            left += error.__cause__, error.__context__
    return found


def _state():
    switches = context.context().context_switches
    eager = context.context()._thread_local_data.is_eager
    scopes = [get_global_attribute(name) for name in _SCOPES]
    return list(ops._default_graph_stack.stack), list(switches.stack), eager, scopes


def _put_back(graphs, switches, eager, scopes):
    ops._default_graph_stack.stack[:] = graphs
    context.context().context_switches.stack[:] = switches
    context.context()._thread_local_data.is_eager = eager
    for name, scope in zip(_SCOPES, scopes):
        set_global_attribute(name, scope)
