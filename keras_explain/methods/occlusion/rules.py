"""How operations compute a part of their output from a part of their input: one rule a kind.

Each is the operation itself, on a piece cut out of its input map: a convolution with the padding cut out along with it.
"""

import dataclasses
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from keras_explain.methods.occlusion.window import Reach
from keras_explain.tracing.replay import replay


@dataclasses.dataclass(frozen=True)
class Rule:
    """How one kind of operation computes a part of its output.

    Attributes:
        reach: `(operation) -> (Reach, ...)`, one an axis; None if the rule doesn't fit this operation.
        compute: `(operation, inputs, cuts, patches) -> tensor`, the output from parts of the inputs, a `Cut` an
            axis, of the patches at these places in the grid, int32 `(P,)` an axis.
        fill: `(operation) -> number`, what stands outside of the input map.
        inputs: `(operation) -> tensors`, what it reads.
        joins: Whether all inputs are maps, taken place by place; else the first alone is.
    """

    reach: Callable
    compute: Callable
    fill: Callable = lambda operation: 0
    inputs: Callable = lambda operation: operation.inputs
    joins: bool = False


def is_map(shape):
    """Tells whether this is the shape `(N, *spatial, C)` of maps of a known size."""
    return shape.rank in (3, 4, 5) and shape[1:].is_fully_defined()


def place_by_place(operation):
    """Each output place is computed from the same place of the inputs."""
    made = operation.outputs[0].shape
    return _each_place(operation) if all(_fits(tensor.shape, made) for tensor in operation.inputs) else None


def _each_place(operation):
    return (Reach(),) * (operation.outputs[0].shape.rank - 2)


def _fits(shape, maps):
    """Tells whether a tensor is a map of this size, or is the same at all places, and not several rows of either."""
    if shape.rank is None or (shape.rank == maps.rank and shape[0] not in (None, 1)):
        return False
    places = tuple(shape)[1 - maps.rank : -1]
    of_this_size = shape.rank >= maps.rank - 1 and places == tuple(maps)[1:-1] and shape[-1] is not None
    return of_this_size or all(size == 1 for size in places)


def same_channels(operation):
    """Maps are joined along their channels."""
    *maps, axis = operation.inputs
    made = operation.outputs[0].shape
    fits = all(is_map(x.shape) and x.shape[1:-1] == made[1:-1] for x in maps)
    return _each_place(operation) if fits and tf.get_static_value(axis) in (-1, made.rank - 1) else None


def normalized(operation):
    """Batch normalization by known statistics is affine, channel by channel."""
    last = operation.get_attr("data_format") == b"NHWC"
    return _each_place(operation) if last and not operation.get_attr("is_training") else None


def biased(operation):
    """A bias is one number a channel."""
    return _each_place(operation) if operation.get_attr("data_format") == b"NHWC" else None


def sliding(operation):
    """A window slides over the places of a map, and over nothing else: convolutions and pools."""
    images, *kernel = (tensor.shape for tensor in operation.inputs)
    if not is_map(images) or not all(shape.is_fully_defined() for shape in kernel):
        return None
    strides, steps = map(operation.get_attr, ("strides", "dilations" if kernel else "ksize"))
    last = operation.get_attr("data_format") in (b"NHWC", b"NDHWC")
    if not last or any(axes[0] != 1 or axes[-1] != 1 for axes in (strides, steps)):
        return None
    strides, steps = strides[1:-1], steps[1:-1]
    extents = [(size - 1) * gap + 1 for size, gap in zip(kernel[0], steps)] if kernel else steps
    befores = [0] * len(extents)
    if operation.get_attr("padding") == b"SAME":
        lengths = zip(images[1:-1], operation.outputs[0].shape[1:-1], extents, strides)
        befores = [max((out - 1) * stride + extent - size, 0) // 2 for size, out, extent, stride in lengths]
    elif operation.get_attr("padding") == b"EXPLICIT":
        befores = operation.get_attr("explicit_paddings")[2:6:2]
    return tuple(Reach(*axis) for axis in zip(extents, strides, befores))


def dilated(operation):
    """TensorFlow takes a map apart for a dilated convolution, and puts it together again: three operations as one.

    With `d` parts an axis, `p` places of padding before them and `c` cropped, a convolution of `k` places within each
    part, at every place and without padding of its own, gives `y(o) = sum_i w_i x(o + c - p + i d)`.
    """
    convolution = operation.inputs[0].op
    taking = convolution.inputs[0].op if convolution.type in CONVOLUTIONS else convolution
    if taking.type != "SpaceToBatchND" or taking is convolution:
        return None
    gaps, pads, same_gaps, crops = map(tf.get_static_value, (*taking.inputs[1:], *operation.inputs[1:]))
    plain = convolution.get_attr("padding") == b"VALID" and convolution.get_attr("dilations") == [1, 1, 1, 1]
    if not plain or any(x is None for x in (gaps, pads, same_gaps, crops)) or gaps.tolist() != same_gaps.tolist():
        return None
    reaches, befores = sliding(convolution), (pads - crops)[:, 0].tolist()
    if reaches is None or len(befores) != 2 or any(reach.stride != 1 for reach in reaches):
        return None
    extents = [(reach.extent - 1) * gap + 1 for reach, gap in zip(reaches, gaps.tolist())]
    return tuple(Reach(extent, before=before) for extent, before in zip(extents, befores))


def dilated_inputs(operation):
    """Returns the map before it was taken apart, and the kernel."""
    convolution = operation.inputs[0].op
    return convolution.inputs[0].op.inputs[0], convolution.inputs[1]


def padded(operation):
    """A map is laid into a larger one."""
    paddings = tf.get_static_value(operation.inputs[1])
    known = paddings is not None and pad_value(operation) is not None
    fits = known and is_map(operation.inputs[0].shape) and not paddings[[0, -1]].any() and (paddings >= 0).all()
    return tuple(Reach(before=int(before)) for before in paddings[1:-1, 0]) if fits else None


def same(operation, inputs, cuts, patches):
    """Returns the operation's output on other inputs."""
    return replay(operation, inputs)[0]


def unpadded(operation, inputs, cuts, patches):
    """Returns the operation's output without padding, the first input having it."""
    explicit = {"explicit_paddings": []} if "explicit_paddings" in operation.node_def.attr else {}
    return replay(operation, inputs, padding=b"VALID", **explicit)[0]


def unpadded_dilated(operation, inputs, cuts, patches):
    """Returns a dilated convolution's output without padding, the first input having it."""
    gaps = tf.get_static_value(operation.inputs[1]).tolist()
    if operation.inputs[0].op.type == "Conv2D":
        return tf.nn.conv2d(*inputs, 1, "VALID", dilations=gaps)
    return tf.nn.depthwise_conv2d(*inputs, [1, 1, 1, 1], "VALID", dilations=gaps)


def averaged(operation, inputs, cuts, patches):
    """Returns means over the places that are within the map."""
    means = unpadded(operation, inputs, cuts, patches)
    if operation.get_attr("padding") == b"VALID":
        return means
    lengths = operation.inputs[0].shape[1:-1]
    for axis, (cut, reach, length) in enumerate(zip(cuts, sliding(operation), lengths), 1):
        first = cut.start[:, np.newaxis] + reach.stride * np.arange(means.shape[axis])
        count = np.minimum(first + reach.extent, length) - np.maximum(first, 0)
        others = [other for other in range(1, means.shape.rank) if other != axis]
        share = np.expand_dims(reach.extent / count, others)
        means *= tf.gather(tf.constant(share, means.dtype), patches[cut.axis])
    return means


def padding_cut_out(operation, inputs, cuts, patches):
    """Returns the first input, the padding cut out along with it."""
    return inputs[0]


def changed_axes(operation, inputs, cuts, patches):
    """Returns the first input with an axis of one place more or less."""
    if operation.type == "ExpandDims":
        return tf.expand_dims(inputs[0], tf.get_static_value(operation.inputs[1]))
    return tf.squeeze(inputs[0], operation.get_attr("squeeze_dims"))


def lowest(operation):
    return operation.inputs[0].dtype.min


def pad_value(operation):
    return tf.get_static_value(operation.inputs[2]) if len(operation.inputs) > 2 else 0


CONVOLUTIONS = ("Conv2D", "Conv3D", "DepthwiseConv2dNative")
POINTWISE = """
    Abs Add AddV2 BitwiseAnd Cast Ceil ClipByValue Cos Div DivNoNan Elu Equal Erf Erfc Exp Expm1 Floor FloorDiv Greater
    GreaterEqual LeakyRelu Less LessEqual Log Log1p LogSoftmax LogicalAnd LogicalNot LogicalOr Maximum Minimum Mul
    Neg NotEqual Pow RealDiv Reciprocal Relu Relu6 Round Rsqrt SelectV2 Selu Sigmoid Sign Sin Softmax Softplus
    Softsign Sqrt Square SquaredDifference Sub Tan Tanh Xlogy ZerosLike OnesLike
""".split()

RULES = {
    **dict.fromkeys(POINTWISE, Rule(place_by_place, same, joins=True)),
    "BiasAdd": Rule(biased, same),
    "FusedBatchNormV3": Rule(normalized, same),
    **dict.fromkeys(CONVOLUTIONS, Rule(sliding, unpadded)),
    "BatchToSpaceND": Rule(dilated, unpadded_dilated, inputs=dilated_inputs),
    **dict.fromkeys(("MaxPool", "MaxPool3D"), Rule(sliding, unpadded, fill=lowest)),
    **dict.fromkeys(("AvgPool", "AvgPool3D"), Rule(sliding, averaged)),
    "Pad": Rule(padded, padding_cut_out),
    "PadV2": Rule(padded, padding_cut_out, fill=pad_value),
    "ConcatV2": Rule(same_channels, same, joins=True),
}
