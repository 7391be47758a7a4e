"""Run operations of one traced graph again, as part of another."""

import tensorflow as tf
from tensorflow.python.eager import context, execute
from tensorflow.python.framework import op_def_registry


def replay(operation, inputs, **attributes):
    """Returns the output tensors of an operation of another graph, on other inputs.

    Args:
        operation: The operation, of a traced graph.
        inputs: Tensors in the place of its own; variables are given by their handles, and read as they are then.
        attributes: Attributes to set otherwise: bytes, or lists of ints.
    """
    own = {name: value for name, value in operation.node_def.attr.items() if not name.startswith("_")}
    for name, value in attributes.items():
        given = {"s": value} if isinstance(value, bytes) else {"list": {"i": value}}
        own[name] = tf.compat.v1.AttrValue(**given)
    dtypes = [output.dtype for output in operation.outputs]
    return tf.compat.v1.get_default_graph().create_op(operation.type, inputs, dtypes, attrs=own).outputs


def replay_all(graph, wanted, known):
    """Returns the values of tensors of a traced graph, all that they need being run again.

    Args:
        graph: The traced graph.
        wanted: Tensors of it.
        known: `{name: value}` of its tensors that are given, placeholders among them.
    """
    values, needed = dict(known), needed_for(wanted, known)
    for operation in graph.get_operations():
        if operation in needed:
            outputs = replay(operation, [values[tensor.name] for tensor in operation.inputs])
            values.update((old.name, new) for old, new in zip(operation.outputs, outputs))
    return [values[tensor.name] for tensor in wanted]


def needed_for(wanted, known):
    """Returns the operations by which tensors are computed from others, of these names."""
    needed, waiting = set(), list(wanted)
    while waiting:
        tensor = waiting.pop()
        if tensor.name not in known and tensor.op not in needed:
            needed.add(tensor.op)
            waiting.extend(tensor.op.inputs)
    return needed


def run_now(operation, inputs, kind=None):
    """Returns the outputs of an operation of a traced graph, run eagerly and at once.

    Args:
        operation: The operation.
        inputs: Eager tensors in the place of its own, also of another type where it takes several.
        kind: Another type of operation that takes the same inputs, to be run with those attributes that it knows.

    Raises:
        ValueError, TypeError, tf.errors.OpError: If it can't be run by itself.
    """
    kind = kind or operation.type
    known, position, attributes = op_def_registry.get(kind), 0, {}
    if known is None:
        raise ValueError(f"'{kind}' isn't known outside of its graph")
    for attribute in known.attr:
        if attribute.name in operation.node_def.attr:
            attributes[attribute.name] = operation.get_attr(attribute.name)
    for argument in known.input_arg:  # types are those of what is given
        count = attributes[argument.number_attr] if argument.number_attr else 1
        if argument.type_attr:
            attributes[argument.type_attr] = inputs[position].dtype
        position += count
    given = []
    for name, value in attributes.items():
        given += [name, value.as_datatype_enum if isinstance(value, tf.DType) else value]
    return execute.execute(kind, len(operation.outputs), list(inputs), tuple(given), context.context())


def calls_out(operation):
    """Tells whether an operation does more than compute its outputs, or calls a function that may."""
    if operation.type == "ReadVariableOp":
        return False
    calls = any(value.WhichOneof("value") == "func" for value in operation.node_def.attr.values())
    return calls or operation.op_def.is_stateful
