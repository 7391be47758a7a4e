"""The variables that a traced graph writes, and how to leave them as they were."""

import tensorflow as tf

from keras_explain.scopes import within


def written(function):
    """Returns `[(handle, dtype)]` of the variables that a concrete function assigns to when it runs."""
    outer = {inner.name: handle for handle, inner in function.graph.captures}
    found = {}
    for operation in function.graph.get_operations():
        if operation.type.startswith("Assign") and operation.inputs[0].name in outer:
            found[operation.inputs[0].name] = operation.inputs[1].dtype
    return [(outer[name], dtype) for name, dtype in found.items()]


def kept(variables, run):
    """Returns `run()`, which may change variables; afterward they are what they were.

    Args:
        variables: What `written` returns.
        run: Called with no argument.
    """
    before = [tf.identity(tf.raw_ops.ReadVariableOp(resource=handle, dtype=dtype)) for handle, dtype in variables]

    def leave():
        for (handle, _), value in zip(variables, before):
            tf.raw_ops.AssignVariableOp(resource=handle, value=value)

    return within(lambda: None, run, leave)
