"""See through operations that only move the units of a model's output, to what computes them."""

import tensorflow as tf

# Operations that hand numbers on as they are, and the position of the input that they are taken from.
_MOVES = {
    **dict.fromkeys("Reshape Squeeze ExpandDims Transpose StridedSlice Slice ReverseV2".split(), 0),
    **dict.fromkeys("GatherV2 GatherNd SplitV Unpack".split(), 0),
    "Split": 1,
}
# What the arguments of `tf.raw_ops` are called otherwise than in the graph.
_ARGUMENTS = {"split_dim": "axis", "squeeze_dims": "axis", "dim": "axis"}
_REPEATS = {"Identity", "IdentityN", "StopGradient", "PreventGradient", "Snapshot"}


def leaves(tensor):
    """Returns the tensors that `tensor` takes its numbers from, none of which is itself only moved."""
    moved = _moved(tensor)
    return [tensor] if not moved else [leaf for _, source in moved for leaf in leaves(source)]


def rebuilt(tensor, values):
    """Returns `tensor` as it would be if its leaves were others.

    Args:
        tensor: Symbolic.
        values: `{id of a leaf: tensor of its shape and dtype}`.
    """
    moved = _moved(tensor)
    if not moved:
        return values[id(tensor)]
    sources = [rebuilt(source, values) for _, source in moved]
    return sources[0] if tensor.op.type in _REPEATS else _again(tensor, dict(zip((i for i, _ in moved), sources)))


def _moved(tensor):
    """Returns `[(position, input)]` of the inputs whose numbers `tensor` consists of, none if it computes its own."""
    operation = tensor.op
    inputs = list(enumerate(operation.inputs))
    if operation.type in _REPEATS:
        return [inputs[tensor.value_index]]
    if operation.type == "Cast":
        return inputs if inputs[0][1].dtype.is_floating and tensor.dtype.is_floating else []
    if operation.type == "ConcatV2":
        return inputs[:-1]
    if operation.type == "Pack":
        return inputs
    return [inputs[_MOVES[operation.type]]] if operation.type in _MOVES else []


def _again(tensor, replaced):
    """Returns what the operation of `tensor` makes of other inputs, on the tape, as `replay` would not be."""
    operation = tensor.op
    inputs = [replaced.get(i, given) for i, given in enumerate(operation.inputs)]
    arguments, inferred = {}, set()
    for argument in operation.op_def.input_arg:
        inferred |= {argument.type_attr, argument.number_attr, argument.type_list_attr}
        if argument.number_attr:
            count = operation.get_attr(argument.number_attr)
            arguments[argument.name], inputs = inputs[:count], inputs[count:]
        else:
            arguments[argument.name], *inputs = inputs
    for attribute in operation.op_def.attr:
        if attribute.name not in inferred:
            arguments[attribute.name] = operation.get_attr(attribute.name)
    made = getattr(tf.raw_ops, operation.type)(**{_ARGUMENTS.get(name, name): arguments[name] for name in arguments})
    return made[tensor.value_index] if isinstance(made, list) else made
