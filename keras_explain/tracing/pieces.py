"""Take one row of a joined output from the part that holds it, as a box from the scale that it was predicted at."""

import tensorflow as tf

_REPEATS = {"Identity", "StopGradient", "PreventGradient", "Snapshot"}


def row_of(tensor, index):
    """Returns `tensor[:, index]`, computed from the one of several joined tensors that holds the row.

    So the graph shows what the row depends on, and what it doesn't: a slice of all would be computed from each of them.

    Args:
        tensor: Symbolic, `(N, rows, ...)`.
        index: Of the row, from 0.
    """
    operation, local = tensor.op, index
    if operation.type in _REPEATS:
        return row_of(operation.inputs[0], index)
    if operation.type == "Cast" and tensor.dtype.is_floating and operation.inputs[0].dtype.is_floating:
        return tf.cast(row_of(operation.inputs[0], index), tensor.dtype)
    if operation.type == "ConcatV2" and _joins_rows(operation):
        for part in operation.inputs[:-1]:
            if part.shape[1] is None:
                break
            if local < part.shape[1]:
                return row_of(part, local)
            local -= part.shape[1]
    return tensor[:, index]


def _joins_rows(operation):
    axis = tf.get_static_value(operation.inputs[-1])
    return axis is not None and int(axis) % operation.outputs[0].shape.rank == 1
