"""Dilated convolutions, which TensorFlow computes of maps taken apart, as one operation each.

A map is taken apart into `d` parts an axis, with `p` places of padding before them, convolved, and put together again
with `c` places cropped. A convolution of `k` places within each part, at every place and without padding of its own,
gives `y(o) = sum_i w_i x(o + c - p + i d)`. The parts of series get an axis of one place for their convolution.
"""

import dataclasses

import tensorflow as tf

from keras_explain.methods.occlusion.axes import changed_axes
from keras_explain.methods.occlusion.sliding import CONVOLUTIONS, sliding
from keras_explain.methods.occlusion.window import Reach


@dataclasses.dataclass(frozen=True, eq=False)
class TakenApart:
    """The operations of one dilated convolution.

    Attributes:
        taking: What takes a map apart.
        convolution: The convolution of the parts.
        axis: That of one place which the parts get for it; None if they get none.
    """

    taking: tf.Operation
    convolution: tf.Operation
    axis: int | None

    @classmethod
    def by(cls, operation):
        """Returns what the operation that puts the parts together completes; None if that is no dilated convolution."""
        convolution, axes = operation.inputs[0].op, None
        if convolution.type == "Squeeze":
            axes, convolution = changed_axes(convolution), convolution.inputs[0].op
            if axes is None or len(axes) != 1 or not 0 < axes[0] < convolution.outputs[0].shape.rank - 1:
                return None
        if convolution.type not in CONVOLUTIONS:
            return None
        taking = convolution.inputs[0].op
        if axes:
            if taking.type != "ExpandDims" or changed_axes(taking) != axes:
                return None
            taking = taking.inputs[0].op
        return cls(taking, convolution, axes and axes[0]) if taking.type == "SpaceToBatchND" else None


def dilated(operation):
    """Returns what the output of a dilated convolution is computed from, a `Reach` an axis; None if it isn't one."""
    apart = TakenApart.by(operation)
    if apart is None:
        return None
    gaps, pads, same_gaps, crops = map(tf.get_static_value, (*apart.taking.inputs[1:], *operation.inputs[1:]))
    plain = apart.convolution.get_attr("padding") == b"VALID" and set(apart.convolution.get_attr("dilations")) == {1}
    if not plain or any(x is None for x in (gaps, pads, same_gaps, crops)) or gaps.tolist() != same_gaps.tolist():
        return None
    reaches = list(sliding(apart.convolution) or ())
    if reaches and apart.axis is not None:
        del reaches[apart.axis - 1]
    if len(reaches) != len(gaps) or any(reach.stride != 1 for reach in reaches):
        return None
    extents = [(reach.extent - 1) * gap + 1 for reach, gap in zip(reaches, gaps.tolist())]
    return tuple(Reach(extent, before=before) for extent, before in zip(extents, (pads - crops)[:, 0].tolist()))


def dilated_inputs(operation):
    """Returns the map before it was taken apart, and the kernel."""
    apart = TakenApart.by(operation)
    return apart.taking.inputs[0], apart.convolution.inputs[1]


def unpadded_dilated(operation, inputs, cuts, patches):
    """Returns a dilated convolution's output without padding, the first input having it."""
    apart, (images, kernel) = TakenApart.by(operation), inputs
    gaps = tf.get_static_value(operation.inputs[1]).tolist()
    if apart.axis is not None:
        images = tf.expand_dims(images, apart.axis)
        gaps.insert(apart.axis - 1, 1)
    if apart.convolution.type == "DepthwiseConv2dNative":
        made = tf.nn.depthwise_conv2d(images, kernel, [1, 1, 1, 1], "VALID", dilations=gaps)
    elif apart.convolution.type == "Conv2D":
        made = tf.nn.conv2d(images, kernel, 1, "VALID", dilations=gaps)
    else:
        made = tf.nn.convolution(images, kernel, padding="VALID", dilations=gaps)
    return made if apart.axis is None else tf.squeeze(made, apart.axis)
