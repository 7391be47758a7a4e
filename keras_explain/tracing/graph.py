"""Walk a traced graph against the direction of the data."""

_SAME_VALUES = {"Identity", "Cast", "Squeeze", "ExpandDims", "Reshape", "StopGradient", "PreventGradient"}


def source(tensor):
    """Returns the tensor that `tensor` repeats, seen through casts and reshapes."""
    while tensor.op.type in _SAME_VALUES:
        tensor = tensor.op.inputs[0]
    return tensor


def upstream(tensor):
    """Returns the set of all operations that `tensor` is computed from, its own included."""
    found, waiting = set(), [tensor.op]
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found.add(operation)
            waiting.extend(inputs.op for inputs in operation.inputs)
    return found
