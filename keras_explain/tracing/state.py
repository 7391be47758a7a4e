"""The variables that a traced graph writes, and how to leave them as they were."""

import tensorflow as tf
from tensorflow.python.ops.handle_data_util import get_resource_handle_data

from keras_explain.scopes import within
from keras_explain.tracing.called import bodies
from keras_explain.tracing.other_variables import read_instead

_READING = set("ReadVariableOp ResourceGather ResourceGatherNd VariableShape VarIsInitializedOp Identity".split())


def written(function):
    """Returns `[(handle, dtype)]` of the variables that a concrete function may write when it runs.

    Those are written that anything but a reading operation takes, in the functions that are called as well: also the
    state of a random generator is a variable.
    """
    names = _written(function.graph)
    found = [
        (handle, get_resource_handle_data(inner)) for handle, inner in function.graph.captures if inner.name in names
    ]
    return [(handle, tf.as_dtype(kind.shape_and_type[0].dtype)) for handle, kind in found if kind and kind.is_set]


def _written(graph):
    """Returns the names of the resources of a graph that it may write."""
    found = set()
    for operation in graph.get_operations():
        if operation.type in _READING or not any(tensor.dtype == tf.resource for tensor in operation.inputs):
            continue
        called = bodies(operation)
        taken = [] if called else operation.inputs
        for inner in called:
            names = _written(inner)
            arguments = zip(operation.inputs[len(operation.inputs) - len(inner.inputs) :], inner.inputs)
            taken = [*taken, *(given for given, argument in arguments if argument.name in names)]
        found.update(tensor.name for tensor in taken if tensor.dtype == tf.resource)
    return found


def kept(variables, run):
    """Returns `run()`, which may change variables; afterward they are what they were.

    Args:
        variables: What `written` returns.
        run: Called with no argument.
    """
    variables = [(read_instead(handle), dtype) for handle, dtype in variables]
    before = [tf.identity(tf.raw_ops.ReadVariableOp(resource=handle, dtype=dtype)) for handle, dtype in variables]

    def leave():
        for (handle, _), value in zip(variables, before):
            tf.raw_ops.AssignVariableOp(resource=handle, value=value)

    return within(lambda: None, run, leave)
