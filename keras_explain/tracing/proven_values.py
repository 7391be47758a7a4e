"""Prove from a traced graph that numbers are values of no bounds, such as logits, and no probabilities."""

import tensorflow as tf

from keras_explain.tracing.activated import activated
from keras_explain.tracing.called import body
from keras_explain.tracing.graph import upstream
from keras_explain.tracing.units import leaves

_AFFINE = set("MatMul BatchMatMul BatchMatMulV2 BatchMatMulV3 Einsum Conv2D Conv3D DepthwiseConv2dNative".split())
_TRANSPOSED = {"Conv2DBackpropInput", "Conv3DBackpropInputV2"}
_SUMS = {"Add", "AddV2", "Sub", "AddN", "BiasAdd"}
_POOLS = {"Mean", "Sum", "Max", "AvgPool", "AvgPool3D", "MaxPool", "MaxPool3D"}
_KEPT = set(
    "Neg Pad PadV2 FusedBatchNormV3 Elu Selu LeakyRelu ResizeBilinear ResizeNearestNeighbor ResizeBicubic Tile "
    "BroadcastTo DepthToSpace".split()
)
_CALLS = {"PartitionedCall", "StatefulPartitionedCall"}
_GATES = {"Sigmoid", "Softmax", "Tanh"}
_SQUASHING = {"Softmax", "Sigmoid", "Exp"}
_FEATURES = _AFFINE | _KEPT | {"BiasAdd", "Relu", "Tanh", "Placeholder"}


def are_values(tensor):
    """Tells whether numbers are proven to be unbounded values, by what they are computed of.

    They are if they come out of a layer with weights, and of what keeps such numbers what they are: sums of them,
    pooling, a gate, a constant scale. Whatever isn't recognized proves nothing.
    """
    found = leaves(tensor)
    return bool(found) and all(_is_value(leaf) for leaf in found)


def _is_value(tensor):
    kind, inputs = tensor.op.type, list(tensor.op.inputs)
    if kind in _CALLS:
        return are_values(body(tensor.op, tensor.op.get_attr("f").name).outputs[tensor.value_index])
    if kind in _AFFINE:
        return _is_weighted(*inputs[:2]) if len(inputs) > 1 else False
    if kind in _TRANSPOSED:
        return _is_weighted(inputs[2], inputs[1])
    if kind in _POOLS or kind in _KEPT:
        return are_values(inputs[0])
    if kind == "Cast":  # from integers, as a quantized layer computes
        return are_values(inputs[0])
    if kind == "Relu":  # of a layer itself: of a difference it may be a sparse softmax
        return all(leaf.op.type in _AFFINE | {"BiasAdd"} and _is_value(leaf) for leaf in leaves(inputs[0]))
    if kind in ("Maximum", "Minimum"):  # with a constant it may be a clipping to 0..1
        return all(map(are_values, inputs))
    if kind in _SUMS:
        moving = [term for term in inputs if not _is_constant(term)]
        return bool(moving) and all(map(are_values, moving))
    if kind in ("Select", "SelectV2"):
        moving = [term for term in inputs[1:] if not _is_constant(term)]
        return bool(moving) and all(map(are_values, moving))
    if kind in ("Mul", "RealDiv"):
        return _is_scaled(kind, *inputs)
    return False


def _is_weighted(data, weights):
    """Tells whether a product is that of a layer: by weights, of anything but probabilities."""
    if _is_constant(data):
        data, weights = weights, data
    found = [activated(leaf) for leaf in leaves(data)]
    if not _is_constant(weights):  # both are computed: a mixture is of values if what it mixes is
        return (are_values(data) and _is_gate(weights)) or (are_values(weights) and _is_gate(data))
    if _is_learned(weights):
        squashed = any(operation.type in _SQUASHING for operation in upstream(weights))
        return not squashed and not any(one and one.activation == "softmax" for one in found)
    return all(map(_is_feature, leaves(data)))


def _is_scaled(kind, numbers, scale):
    """Tells whether values are multiplied by a gate, by each other or by a constant."""
    if kind == "RealDiv":
        quantized = numbers.op.type == "Cast" and numbers.op.inputs[0].dtype.is_integer
        return are_values(numbers) and (_is_constant(scale) or quantized)
    one, other = (are_values(factor) for factor in (numbers, scale))
    return (one and (other or _is_constant(scale) or _is_gate(scale))) or (
        other and (_is_constant(numbers) or _is_gate(numbers))
    )


def _is_gate(tensor):
    return all(leaf.op.type in _GATES for leaf in leaves(tensor)) or are_values(tensor)


def _is_feature(tensor):
    """Tells whether numbers are a layer's, which fixed weights make values of, unlike probabilities."""
    pooled = leaves(tensor.op.inputs[0]) if tensor.op.type in _POOLS else [tensor]
    return all(leaf.op.type in _FEATURES for leaf in pooled)


def _is_constant(tensor):
    """Tells whether a tensor is computed from no input of the model."""
    captured = {inner.op for _, inner in tensor.graph.captures}
    given = (operation for operation in upstream(tensor) - captured if operation.type == "Placeholder")
    return all(operation.outputs[0].dtype == tf.resource for operation in given)


def _is_learned(weights):
    return any(operation.type == "ReadVariableOp" for operation in upstream(weights))
