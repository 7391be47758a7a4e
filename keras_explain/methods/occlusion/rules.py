"""How operations compute a part of their output from a part of their input: one rule a kind.

Each is the operation itself, on a piece cut out of its input map: a convolution with the padding cut out along with it.
"""

import dataclasses
from collections.abc import Callable

import tensorflow as tf

from keras_explain.methods.occlusion.dilated import dilated, dilated_inputs, unpadded_dilated
from keras_explain.methods.occlusion.sliding import CONVOLUTIONS, averaged, is_map, sliding, unpadded
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


def padded(operation):
    """A map is laid into a larger one."""
    paddings = tf.get_static_value(operation.inputs[1])
    known = paddings is not None and pad_value(operation) is not None
    fits = known and is_map(operation.inputs[0].shape) and not paddings[[0, -1]].any() and (paddings >= 0).all()
    return tuple(Reach(before=int(before)) for before in paddings[1:-1, 0]) if fits else None


def same(operation, inputs, cuts, patches):
    """Returns the operation's output on other inputs."""
    return replay(operation, inputs)[0]


def padding_cut_out(operation, inputs, cuts, patches):
    """Returns the first input, the padding cut out along with it."""
    return inputs[0]


def lowest(operation):
    return operation.inputs[0].dtype.min


def pad_value(operation):
    return tf.get_static_value(operation.inputs[2]) if len(operation.inputs) > 2 else 0


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
