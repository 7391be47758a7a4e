"""Walk a traced graph against the direction of the data."""

from keras_explain.tracing.operation_kinds import GRADIENTLESS, VALUELESS

_SAME_VALUES = {"Identity", "Squeeze", "ExpandDims", "Reshape", "StopGradient", "IdentityN"}
_REPEATS = {"Identity", "IdentityN", "StopGradient", "PreventGradient", "Snapshot"}


def source(tensor):
    """Returns the tensor that `tensor` repeats, seen through reshapes and casts of one precision to another."""
    while tensor.op.type in _SAME_VALUES or _changes_precision(tensor):
        tensor = tensor.op.inputs[tensor.value_index]
    return tensor


def _changes_precision(tensor):
    return tensor.op.type == "Cast" and tensor.dtype.is_floating and tensor.op.inputs[0].dtype.is_floating


def repeated(tensor):
    """Returns the tensor that `tensor` is the same as, in shape and dtype too."""
    while tensor.op.type in _REPEATS:
        tensor = tensor.op.inputs[tensor.value_index]
    return tensor


def upstream(tensor, shortcuts=None, ends=()):
    """Returns the set of all operations that `tensor` is computed from, its own included.

    Args:
        tensor: Where to start.
        shortcuts: `{operation: tensor}`: operations behind which to go on at that tensor.
        ends: Types of operations behind which not to go on.
    """
    shortcuts = shortcuts or {}
    found, waiting = set(), [tensor.op]
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found.add(operation)
            if operation.type in ends:
                continue
            inputs = [shortcuts[operation]] if operation in shortcuts else operation.inputs
            waiting.extend(tensor.op for tensor in inputs)
    return found


def leads_past(score, images, tensors):
    """Tells whether a gradient of `score` reaches the images by another way than through any of `tensors`."""
    found, waiting = set(map(id, tensors)), [score]
    while waiting:
        current = waiting.pop()
        operation, discrete = current.op, current.dtype.is_integer or current.dtype.is_bool
        if id(current) in found or discrete or operation.type in GRADIENTLESS | VALUELESS:
            continue
        if current is images:
            return True
        found.add(id(current))
        # tf.custom_gradient repeats what it got beside what it returns.
        repeats = operation.type == "IdentityN"
        waiting.extend([operation.inputs[current.value_index]] if repeats else operation.inputs)
    return False


def downstream(tensor):
    """Returns the set of all operations that are computed from `tensor`, the one that makes it included."""
    found, waiting = {tensor.op}, list(tensor.consumers())
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found.add(operation)
            waiting.extend(consumer for output in operation.outputs for consumer in output.consumers())
    return found
