"""How operations compute a part of their output from a part of their input: one rule a kind.

Each is the operation itself, on a piece cut out of its input map: a convolution with the padding cut out along with it.
"""

import dataclasses
from collections.abc import Callable

import tensorflow as tf

from keras_explain.methods.occlusion.window import Reach
from keras_explain.tracing.replay import replay


@dataclasses.dataclass(frozen=True)
class Rule:
    """How one kind of operation computes a part of its output.

    Attributes:
        reach: `(operation) -> (Reach, Reach)` of rows and columns; None if the rule doesn't fit this operation.
        compute: `(operation, inputs, starts) -> tensor`, the output from parts of the inputs that start there: int32
            `(P,)` an axis.
        fill: `(operation) -> number`, what stands outside of the input map.
        inputs: `(operation) -> tensors`, what it reads.
        joins: Whether all inputs are maps, taken place by place; else the first alone is.
    """

    reach: Callable
    compute: Callable
    fill: Callable = lambda operation: 0
    inputs: Callable = lambda operation: operation.inputs
    joins: bool = False


def place_by_place(operation):
    """Each output place is computed from the same place of the inputs."""
    maps = operation.outputs[0].shape
    if maps.rank != 4 or not all(_fits(tensor.shape, maps) for tensor in operation.inputs):
        return None
    return Reach(), Reach()


def _fits(shape, maps):
    """Tells whether a tensor is a map of this size, or is the same at all places."""
    if shape.rank is None:
        return False
    places = tuple(shape)[-3:-1]
    return all(size == 1 for size in places) or (shape.rank >= 3 and places == tuple(maps)[1:3])


def same_channels(operation):
    """Maps are joined along their channels, or normalized by constants of each channel."""
    maps = operation.outputs[0].shape
    axis = tf.get_static_value(operation.inputs[-1])
    fits = maps.rank == 4 and axis in (-1, 3) and all(x.shape[1:3] == maps[1:3] for x in operation.inputs[:-1])
    return (Reach(), Reach()) if fits else None


def normalized(operation):
    """Batch normalization by known statistics is affine, channel by channel."""
    last = operation.get_attr("data_format") == b"NHWC"
    return (Reach(), Reach()) if last and not operation.get_attr("is_training") else None


def biased(operation):
    """A bias is one number a channel."""
    last = operation.get_attr("data_format") == b"NHWC" and operation.outputs[0].shape.rank == 4
    return (Reach(), Reach()) if last else None


def sliding(operation):
    """A window slides over the map: convolutions and pools."""
    attributes = operation.node_def.attr
    if operation.get_attr("data_format") != b"NHWC":
        return None
    if "ksize" in attributes:
        extents = operation.get_attr("ksize")[1:3]
    else:
        kernel, dilations = operation.inputs[1].shape[:2], operation.get_attr("dilations")[1:3]
        extents = [(size - 1) * dilation + 1 for size, dilation in zip(kernel, dilations)]
    strides = operation.get_attr("strides")
    if strides[0] != 1 or strides[3] != 1:
        return None
    befores = [0, 0]
    if operation.get_attr("padding") == b"SAME":
        lengths = zip(operation.inputs[0].shape[1:3], operation.outputs[0].shape[1:3], extents, strides[1:3])
        befores = [max((out - 1) * stride + extent - size, 0) // 2 for size, out, extent, stride in lengths]
    elif operation.get_attr("padding") == b"EXPLICIT":
        befores = operation.get_attr("explicit_paddings")[2:6:2]
    return tuple(Reach(*axis) for axis in zip(extents, strides[1:3], befores))


def dilated(operation):
    """TensorFlow takes a map apart for a dilated convolution, and puts it together again: three operations as one."""
    convolution = operation.inputs[0].op
    taking = convolution.inputs[0].op if convolution.type in CONVOLUTIONS else convolution
    gaps, pads = (tf.get_static_value(tensor) for tensor in (*taking.inputs[1:3], None, None)[:2])
    if taking.type != "SpaceToBatchND" or gaps is None or pads is None or len(gaps) != 2:
        return None
    reaches = sliding(convolution)
    return reaches and tuple(
        Reach((reach.extent - 1) * int(gap) + 1, 1, int(pad)) for reach, gap, pad in zip(reaches, gaps, pads[:, 0])
    )


def dilated_inputs(operation):
    """Returns the map before it was taken apart, and the kernel."""
    convolution = operation.inputs[0].op
    return convolution.inputs[0].op.inputs[0], convolution.inputs[1]


def padded(operation):
    """A map is laid into a larger one."""
    paddings = tf.get_static_value(operation.inputs[1])
    fits = paddings is not None and len(paddings) == 4 and not paddings[[0, 3]].any() and (paddings >= 0).all()
    return tuple(Reach(before=int(before)) for before in paddings[1:3, 0]) if fits else None


def same(operation, inputs, starts):
    """Returns the operation's output on other inputs."""
    return replay(operation, inputs)[0]


def unpadded(operation, inputs, starts):
    """Returns the operation's output without padding, the first input having it."""
    explicit = {"explicit_paddings": []} if "explicit_paddings" in operation.node_def.attr else {}
    return replay(operation, inputs, padding=b"VALID", **explicit)[0]


def unpadded_dilated(operation, inputs, starts):
    """Returns a dilated convolution's output without padding, the first input having it."""
    gaps = tf.get_static_value(operation.inputs[1]).tolist()
    if operation.inputs[0].op.type == "Conv2D":
        return tf.nn.conv2d(*inputs, 1, "VALID", dilations=gaps)
    return tf.nn.depthwise_conv2d(*inputs, [1, 1, 1, 1], "VALID", dilations=gaps)


def averaged(operation, inputs, starts):
    """Returns means over the places that are within the map."""
    means = unpadded(operation, inputs, starts)
    if operation.get_attr("padding") == b"VALID":
        return means
    shares = []
    for axis, (start, reach, length) in enumerate(zip(starts, sliding(operation), operation.inputs[0].shape[1:3]), 1):
        first = start[:, tf.newaxis] + reach.stride * tf.range(means.shape[axis])
        count = tf.minimum(first + reach.extent, length) - tf.maximum(first, 0)
        shares.append(tf.cast(reach.extent / count, means.dtype))
    rows, columns = shares
    return means * rows[:, :, tf.newaxis, tf.newaxis] * columns[:, tf.newaxis, :, tf.newaxis]


def padding_cut_out(operation, inputs, starts):
    """Returns the first input, the padding cut out along with it."""
    return inputs[0]


def lowest(operation):
    return operation.inputs[0].dtype.min


def pad_value(operation):
    return float(tf.get_static_value(operation.inputs[2])) if len(operation.inputs) > 2 else 0


CONVOLUTIONS = ("Conv2D", "DepthwiseConv2dNative")
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
    "MaxPool": Rule(sliding, unpadded, fill=lowest),
    "AvgPool": Rule(sliding, averaged),
    "Pad": Rule(padded, padding_cut_out),
    "PadV2": Rule(padded, padding_cut_out, fill=pad_value),
    "ConcatV2": Rule(same_channels, same, joins=True),
}
