"""Tell which shapes of a traced graph are known by the number of images, without the tensors that have them."""

import math

import numpy as np
import tensorflow as tf

from keras_explain.tracing.operation_kinds import ELEMENTWISE
from keras_explain.tracing.own_entries import is_own_entries

# Rows stay what they are in all of these, whose first input alone has them.
_FIRST = set(
    "Conv2D Conv3D DepthwiseConv2dNative BiasAdd FusedBatchNormV3 Relu Relu6 LeakyRelu Softmax LogSoftmax "
    "ResizeBilinear ResizeNearestNeighbor".split()
)
_POOLINGS = set("MaxPool AvgPool MaxPool3D AvgPool3D".split())
_REDUCTIONS = set("Mean Sum Max Min".split())
_PADDINGS = set("Pad PadV2 MirrorPad".split())
_RESHAPES = set("Reshape Squeeze ExpandDims".split())


def shapes_by_count(images):
    """Returns `{name: sizes}` of the shapes that are read in a traced graph of what has one row an image.

    Such a shape is the number of images and these sizes, an array of ints of its type: whoever knows that number needs
    no tensor of that shape.

    Args:
        images: The explained input of the graph.
    """
    rows, found = {images.name}, {}
    for operation in images.graph.get_operations():
        if any(tensor.name in rows for tensor in operation.inputs):
            rows.update(tensor.name for tensor in _kept(operation, rows))
            read = zip(operation.inputs, operation.outputs) if operation.type in ("Shape", "ShapeN") else ()
            for tensor, shape in read:
                if tensor.name in rows and tensor.shape[1:].is_fully_defined():
                    found[shape.name] = np.array(tensor.shape[1:], shape.dtype.as_numpy_dtype)
    return found


def _kept(operation, rows):
    """Returns the outputs of an operation that have the rows of its inputs."""
    kind, read, made = operation.type, operation.inputs, operation.outputs[:1]
    first = read[0].name in rows
    if kind == "IdentityN":
        return [output for given, output in zip(read, operation.outputs) if given.name in rows]
    if kind in ELEMENTWISE or kind == "AddN":
        return made if all(_fits(tensor, made[0], rows) for tensor in read) else []
    if kind == "ConcatV2":
        axis = tf.get_static_value(read[-1])
        return made if axis not in (None, 0, -made[0].shape.rank) and all(x.name in rows for x in read[:-1]) else []
    if not first:
        return []
    if kind in _FIRST:
        return made
    if kind in _POOLINGS:
        return made if operation.get_attr("ksize")[0] == operation.get_attr("strides")[0] == 1 else []
    if kind == "MatMul":
        return [] if operation.get_attr("transpose_a") or read[1].name in rows else made
    if kind in _REDUCTIONS:
        axes = tf.get_static_value(read[1])
        return [] if axes is None or any(axis % read[0].shape.rank == 0 for axis in axes.ravel()) else made
    if kind in _PADDINGS:
        paddings = tf.get_static_value(read[1])
        return made if paddings is not None and not paddings[0].any() else []
    if kind == "Transpose":
        order = tf.get_static_value(read[1])
        return made if order is not None and order[0] == 0 else []
    if kind == "GatherV2":  # of each row its own
        return made if operation.get_attr("batch_dims") == 1 else []
    if kind == "GatherNd":
        return made if is_own_entries(operation) else []
    if kind in _RESHAPES:
        return made if _keeps_count(read[0].shape, made[0].shape) else []
    return []


def _fits(tensor, made, rows):
    """Tells whether an operand has one row an image, as what is made of it, or is the same for all of them."""
    rank = tensor.shape.rank
    if rank is None or made.shape.rank is None:
        return False
    return rank == made.shape.rank if tensor.name in rows else rank < made.shape.rank or tensor.shape[0] == 1


def _keeps_count(before, after):
    """Tells whether rows are as many as before, since each has as many numbers as before."""
    if not before.rank or not after.rank or after[0] is not None or None in (*before[1:], *after[1:]):
        return False
    return math.prod(before[1:]) == math.prod(after[1:])
