"""Tell features from what is none: pixels that no weight has touched, and the model's output itself."""

import numpy as np
import tensorflow as tf

from keras_explain.tracing.graph import downstream, upstream

_AFFINE = set(
    "MatMul BatchMatMul BatchMatMulV2 BatchMatMulV3 Einsum Conv2D Conv3D DepthwiseConv2dNative Conv2DBackpropInput "
    "Conv3DBackpropInputV2".split()
)
_CALLS = {
    "PartitionedCall",
    "StatefulPartitionedCall",
    "While",
    "StatelessWhile",
    "If",
    "StatelessIf",
    "ResourceGather",
}
# What makes the numbers of an output of the last layer's, place by place.
_FINISH = set(
    "Identity IdentityN StopGradient Cast Reshape Squeeze ExpandDims Transpose ConcatV2 Pack BiasAdd Add AddV2 Sub Mul "
    "RealDiv Softmax LogSoftmax Sigmoid Tanh Relu Relu6 Elu Exp ResizeBilinear ResizeNearestNeighbor "
    "ResizeBicubic Tile BroadcastTo GatherV2 DepthToSpace StridedSlice ClipByValue Maximum Minimum".split()
)


def touched_by_weights(images):
    """Returns the operations that compute from images by a layer's weights, or from what was.

    Scaling and shifting, with weights too, leaves pixels pixels.
    """
    computed = downstream(images)
    touched = set()
    for operation in computed:
        if operation not in touched and operation.type in _AFFINE | _CALLS and _has_weights(operation, computed):
            touched |= set().union(*(downstream(output) for output in operation.outputs))
    return touched


def finishing(outputs):
    """Returns the operations from the last layer with weights to the outputs, both included."""
    found, waiting = set(), [tensor.op for tensor in outputs]
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found.add(operation)
            waiting.extend(tensor.op for tensor in operation.inputs if operation.type in _FINISH)
    return found


def _has_weights(operation, computed):
    given = [tensor for tensor in operation.inputs if tensor.op not in computed]
    learned = any(source.type == "ReadVariableOp" for tensor in given for source in upstream(tensor))
    return learned or any(tensor.dtype == tf.resource or _mixes(tensor) for tensor in given)


def _mixes(tensor):
    """Tells whether a constant is weights, and no selection as of patches, in which each column picks one number."""
    values = tf.get_static_value(tensor)
    if values is None or values.ndim < 2 or values.dtype.kind != "f":
        return False
    return bool((np.count_nonzero(values.reshape(-1, values.shape[-1]), axis=0) > 1).any())
