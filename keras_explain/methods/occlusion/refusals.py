"""Which models can't be run by parts, and what to do instead."""

import tensorflow as tf

from keras_explain.errors import MethodError
from keras_explain.tracing.graph import downstream, upstream
from keras_explain.tracing.replay import calls_out
from keras_explain.tracing.unsteady import mixing_operation


def check_runs_again(graph):
    """Refuses a `ScoreGraph` whose operations can't be run again, or not for one image alone.

    Raises:
        MethodError: It says which.
    """
    needed = upstream(graph.scores) - {graph.image.op, graph.targets.op}
    states = (tensor for operation in needed for tensor in operation.inputs if tensor.dtype == tf.resource)
    touching = {consumer for state in states for consumer in state.consumers()}
    for operation in needed | touching | downstream(graph.image):
        if calls_out(operation):
            raise refusal(f"runs '{operation.name}' ({operation.type}), which can't be run again by itself")
    mixing = mixing_operation(graph.scores, graph.image)
    if mixing:
        raise refusal(f"mixes the images of a batch by '{mixing}'")


def refusal(reason):
    """Returns the `MethodError` for a model that does something that can't be run by parts."""
    return MethodError(f'expected a model that runs by parts, received one that {reason}; use method="plain".')
