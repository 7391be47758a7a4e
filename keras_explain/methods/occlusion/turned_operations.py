"""How operations on maps with their channels first are run on the same maps with their channels last.

Each rule is `(operation, values) -> tensor`: its first output, turned; None if it doesn't fit the operation. `values`
give `first(tensor)`, as it was traced, and `last(tensor)`, turned; `is_turned(tensor)` tells whether it was made so.
"""

import tensorflow as tf

from keras_explain.engine.layout import turned_last
from keras_explain.methods.occlusion.axes import changed_axes, with_axes_changed
from keras_explain.methods.occlusion.rules import POINTWISE
from keras_explain.methods.occlusion.sliding import CONVOLUTIONS
from keras_explain.tracing.replay import replay


def channels_stand_first(operation):
    """Tells whether an operation asks for channels first."""
    layout = operation.node_def.attr.get("data_format")
    return layout is not None and layout.s.startswith(b"NC")


def _place_by_place(operation, values):
    ranks = [tensor.shape.rank for tensor in (*operation.outputs, *operation.inputs)]
    if None in ranks or any(values.is_turned(x) and x.shape.rank != ranks[0] for x in operation.inputs):
        return None
    return replay(operation, [_operand(tensor, ranks[0], values) for tensor in operation.inputs])[0]


def _operand(tensor, rank, values):
    """Returns an operand turned; one of fewer axes gets them in front before, as in broadcasting."""
    if values.is_turned(tensor) or tensor.shape.rank == rank:
        return values.last(tensor)
    value = values.first(tensor)
    if not tensor.shape.rank:
        return value
    for _ in range(rank - tensor.shape.rank):
        value = tf.expand_dims(value, 0)
    return turned_last(value)


def _joined(operation, values):
    *maps, axis = operation.inputs
    axis = tf.get_static_value(axis)
    return None if axis is None else tf.concat([*map(values.last, maps)], _last_axis(axis, maps[0].shape.rank))


def _in_layout(operation, values):
    """Gives the layout, and what is told an axis, in the other order."""
    if not channels_stand_first(operation):
        return None
    changed = {name: operation.get_attr(name) for name in _AN_AXIS if name in operation.node_def.attr}
    paddings = changed.pop("explicit_paddings", [])
    changed = {name: _moved(value) for name, value in changed.items()}
    if paddings:
        befores, afters = (_moved(paddings[side::2]) for side in (0, 1))
        changed["explicit_paddings"] = [pad for pair in zip(befores, afters) for pad in pair]
    (images, *others), layout = operation.inputs, operation.get_attr("data_format")
    given = [values.last(images), *map(values.first, others)]
    return replay(operation, given, data_format=b"N" + layout[2:] + b"C", **changed)[0]


def _padded(operation, values):
    images, paddings, *value = operation.inputs
    paddings = tf.get_static_value(paddings)
    if paddings is None:
        return None
    given = [values.last(images), tf.constant(_moved(paddings.tolist())), *map(values.first, value)]
    return replay(operation, given)[0]


def _apart(operation, values):
    """Blocks begin with that of the channels, which is none."""
    images, blocks, pads = operation.inputs
    blocks, pads = map(tf.get_static_value, (blocks, pads))
    if blocks is None or pads is None or len(blocks) < 2 or blocks[0] != 1 or pads[0].any():
        return None
    return replay(operation, [values.last(images), tf.constant(blocks[1:]), tf.constant(pads[1:])])[0]


def _axes_changed(operation, values):
    axes = changed_axes(operation)
    if axes is None or min(axes) < 2:
        return None
    rank = max(operation.inputs[0].shape.rank, operation.outputs[0].shape.rank)
    return with_axes_changed(operation, values.last(operation.inputs[0]), [_last_axis(axis, rank) for axis in axes])


def _last_axis(axis, rank):
    """Returns where an axis stands once the channels' is the last."""
    return _moved(range(rank)).index(int(axis) % rank)


def _moved(values):
    """Returns what is told an axis with the channels' at the end."""
    return [values[0], *values[2:], values[1]]


_AN_AXIS = ("strides", "dilations", "ksize", "explicit_paddings")
_POOLS = ("MaxPool", "MaxPool3D", "AvgPool", "AvgPool3D")
_ALONG_AN_AXIS = ("Softmax", "LogSoftmax")
TURNED = {
    **{kind: _place_by_place for kind in POINTWISE if kind not in _ALONG_AN_AXIS},
    **dict.fromkeys((*CONVOLUTIONS, *_POOLS, "BiasAdd", "FusedBatchNormV3"), _in_layout),
    **dict.fromkeys(("Pad", "PadV2"), _padded),
    **dict.fromkeys(("SpaceToBatchND", "BatchToSpaceND"), _apart),
    **dict.fromkeys(("ExpandDims", "Squeeze"), _axes_changed),
    "ConcatV2": _joined,
}
