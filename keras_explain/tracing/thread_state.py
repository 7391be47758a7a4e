"""What TensorFlow and Keras keep for a thread while they trace, put back where an interrupt hindered them."""

import traceback

from keras.src.backend.common.global_state import get_global_attribute, set_global_attribute
from tensorflow.python.eager import context
from tensorflow.python.framework import ops

_SCOPES = ("current_call_ctx", "stateless_scope", "autocast_scope")


def unharmed(run):
    """Returns `run()`; if that raises, this thread is afterward in the graphs and scopes in which it was before.

    Both libraries enter graphs and scopes in `with` blocks, which an interrupt may leave unclosed: each later call of
    any model would fail then, or run as if it were still traced.
    """
    before = _state()
    try:
        return run()
    except BaseException as error:
        if _state() != before:
            # Closes generators that wait in those frames, lest they put back something of their own later.
            traceback.clear_frames(error.__traceback__)
            _put_back(*before)
        raise


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
