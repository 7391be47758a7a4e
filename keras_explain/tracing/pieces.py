"""Take a row of a joined output from the part that holds it, as a box from the scale that it was predicted at."""

import tensorflow as tf

from keras_explain.tracing.graph import source, upstream
from keras_explain.tracing.own_entries import own_entries

_REPEATS = {"Identity", "StopGradient", "PreventGradient", "Snapshot"}


def entry_of(tensor, row, column):
    """Returns `tensor[:, row, column]`, computed from the one of several joined tensors that holds the row.

    So the graph shows what the number depends on, and what it doesn't: a slice of all would be computed from each of
    them. Which one it is may show for each image by itself: then it is chosen, see `choices`.

    Args:
        tensor: Symbolic, `(N, rows, columns)`.
        row: From 0, an int; or int32 `(N,)`, a row for each image.
        column: From 0.
    """
    parts = _parts(tensor)
    if isinstance(row, int):
        while len(parts) > 1 and parts[0].shape[1] is not None and row >= parts[0].shape[1]:
            row -= parts.pop(0).shape[1]
        if parts[0].shape[1] is not None:
            return parts[0][:, row, column]
    return _chosen(parts, row, column)


def choices(score, images):
    """Returns `[(chosen, score)]`: what a score `(N,)` is chosen from, and for which images, bool `(N,)`.

    It is chosen by `tf.where`, of tensors that are computed from the images; one that isn't is returned by itself,
    chosen for all of them: None.

    Args:
        score: Symbolic, `(N,)`.
        images: What it is computed from.
    """
    made = source(score)
    if made.op.type != "SelectV2" or any(read.shape.rank != 1 for read in made.op.inputs):
        return [(None, score)]
    first, *others = made.op.inputs
    if not all(images.op in upstream(other) for other in others):
        return [(None, score)]
    found = []
    for here, other in zip((first, ~first), others):
        for chosen, one in choices(other, images):
            found.append((here if chosen is None else here & chosen, one))
    return found


def _chosen(parts, row, column):
    part, *others = parts
    if not others:
        return _entry(part, row, column)
    count = tf.shape(part)[1]
    here = tf.broadcast_to(row < count, tf.shape(part)[:1])
    other = _chosen(others, tf.maximum(row - count, 0), column)
    return tf.where(here, _entry(part, tf.minimum(row, count - 1), column), other)


def _entry(part, row, column):
    if len(getattr(row, "shape", ())) == 0:
        return part[:, row, column]
    return own_entries(part[..., column], row)


def _parts(tensor):
    """Returns the tensors that `tensor` joins row by row, those that they join themselves in their stead."""
    operation = tensor.op
    if operation.type in _REPEATS:
        return _parts(operation.inputs[0])
    if operation.type == "Cast" and tensor.dtype.is_floating and operation.inputs[0].dtype.is_floating:
        return [tf.cast(part, tensor.dtype) for part in _parts(operation.inputs[0])]
    if operation.type == "ConcatV2" and _joins_rows(operation):
        return [part for joined in operation.inputs[:-1] for part in _parts(joined)]
    return [tensor]


def _joins_rows(operation):
    axis = tf.get_static_value(operation.inputs[-1])
    return axis is not None and int(axis) % operation.outputs[0].shape.rank == 1
