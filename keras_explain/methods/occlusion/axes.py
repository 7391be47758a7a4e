"""Axes of one place that operations add to maps or take away, as for the convolutions of series."""

import tensorflow as tf


def changed_axes(operation):
    """Returns where `ExpandDims` or `Squeeze` changes axes, counted in the wider tensor; None if that isn't known."""
    if operation.type == "ExpandDims":
        axes, wide = [tf.get_static_value(operation.inputs[1])], operation.outputs[0]
    else:
        axes, wide = operation.get_attr("squeeze_dims"), operation.inputs[0]
    if not axes or axes[0] is None or wide.shape.rank is None:
        return None
    return [int(axis) % wide.shape.rank for axis in axes]


def with_axes_changed(operation, tensor, axes):
    """Returns another tensor with these axes added or taken away, as the operation does."""
    return tf.expand_dims(tensor, axes[0]) if operation.type == "ExpandDims" else tf.squeeze(tensor, axes)
