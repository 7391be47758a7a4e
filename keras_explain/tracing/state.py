"""The variables that a traced graph writes, and how to leave them as they were."""

import contextlib

import tensorflow as tf


def written(function):
    """Returns `[(handle, dtype)]` of the variables that a concrete function assigns to when it runs."""
    outer = {inner.name: handle for handle, inner in function.graph.captures}
    found = {}
    for operation in function.graph.get_operations():
        if operation.type.startswith("Assign") and operation.inputs[0].name in outer:
            found[operation.inputs[0].name] = operation.inputs[1].dtype
    return [(outer[name], dtype) for name, dtype in found.items()]


@contextlib.contextmanager
def kept(variables):
    """Within the block, variables may change; behind it they are what they were.

    Args:
        variables: What `written` returns.
    """
    before = [tf.identity(tf.raw_ops.ReadVariableOp(resource=handle, dtype=dtype)) for handle, dtype in variables]
    try:
        yield
    finally:
        for (handle, _), value in zip(variables, before):
            tf.raw_ops.AssignVariableOp(resource=handle, value=value)
