"""Search a traced graph for ReLUs that a backward rule doesn't reach."""

import tensorflow as tf

from keras_explain.errors import RuleError
from keras_explain.tracing.graph import upstream

_RELU_OPS = {"Relu", "Relu6", "LeakyRelu"}
_LOOPS = {"While", "StatelessWhile", "If", "StatelessIf", "Case", "PartitionedCall", "StatefulPartitionedCall"}
_OTHER_OPS = {"Elu", "Selu", "Softplus", "Softsign", "Tanh", "Sigmoid", "Erf", "Erfc"}


def check_reach(outputs, ruled, others):
    """Makes sure that the rule reaches every ReLU that `outputs` is computed by.

    Args:
        outputs: Symbolic tensor of the traced model.
        ruled: `{operation: input}` of the ReLUs that follow the rule.
        others: The same of activations that are computed by a ReLU, but are none.

    Returns:
        The names of other activations, which keep their true gradient.

    Raises:
        RuleError: If a ReLU escaped the rule, or there is none.
    """
    operations = upstream(outputs, ruled | others)
    reached = {operation.name for operation in ruled}
    nodes = [(operation.name, operation.type) for operation in operations]
    escaped = [name for name, kind in nodes if kind in _RELU_OPS and name not in reached]
    escaped += [operation.name for operation in operations - set(ruled) if _is_maximum(operation)]
    if any(operation.type in _LOOPS for operation in operations):
        # The gradient of a loop is taken in a graph of its own, where no rule is followed.
        inner = [node for function in outputs.graph.as_graph_def().library.function for node in function.node_def]
        escaped += [node.name for node in inner if node.op in _RELU_OPS]
    if escaped:
        raise RuleError(
            f"expected ReLUs called as keras layers, keras.ops.relu or tf.nn.relu, received {_some(escaped)}, "
            "which the rule can't reach unless written as tf.nn.relu (these are raw operations, maxima with 0, names "
            "bound earlier, or within a loop)."
        )
    other = {name for name, kind in nodes if kind in _OTHER_OPS} | {operation.name for operation in others}
    if not any(name in reached for name, _ in nodes):
        raise RuleError(
            f"expected a model with ReLUs, which the rule is for, received one without any "
            f"(its activations: {_some(other) or 'none'})."
        )
    return _some(other)


def _is_maximum(operation):
    """Tells a ReLU that is written as a maximum with 0."""
    constants = [tf.get_static_value(tensor) for tensor in operation.inputs] if operation.type == "Maximum" else []
    return any(constant is not None and (constant == 0).all() for constant in constants)


def _some(names, most=6):
    names = sorted(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
