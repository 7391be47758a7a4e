"""Recognize in a traced graph a pooled head: global average pooling, and at most one dense layer behind it."""

import dataclasses
import math

import tensorflow as tf

from keras_explain.errors import MethodError
from keras_explain.tracing.graph import source, upstream


@dataclasses.dataclass(frozen=True)
class PooledHead:
    """`logit_c = sum_k w_k^c mean_xy f_k(x, y) + b_c`, as found in the graph.

    Attributes:
        activations: `f`, `(N, *spatial, K)` or tokens `(N, tokens, K)`: what is pooled.
        weights: `w`, `(K, units)`, live in the graph; None where the pooled channels are the logits themselves.
    """

    activations: tf.Tensor
    weights: tf.Tensor | None


def find_pooled_head(logits, images, channels_first=False):
    """Returns the `PooledHead` that computes `logits` from `images`.

    The arithmetic is followed back from the logits, so that it doesn't matter how the layers are nested or spelled,
    and whatever else stands between pooling and logits is met.

    Args:
        logits: Symbolic `(N, units)`.
        images: The explained input of the same trace.
        channels_first: Whether activations have their channels first.

    Raises:
        MethodError: If the logits are computed in any other way.
    """
    tensor = source(logits)
    if tensor.op.type in ("BiasAdd", "AddV2", "Add"):
        terms = [term for term in tensor.op.inputs if images.op in upstream(term)]
        tensor = source(terms[0]) if len(terms) == 1 else tensor
    weights = _weights(tensor)
    pooled = tensor if weights is None else source(tensor.op.inputs[0])
    rank = images.shape.rank
    first = channels_first and bool(pooled.op.inputs) and pooled.op.inputs[0].shape.rank == rank
    if not _is_global_mean(pooled, first):
        flattened = pooled.shape.rank is not None and math.prod(size or 2 for size in pooled.shape[1:-1]) > 1
        place = "is flattened without any pooling" if flattened else f"({pooled.op.type}) stands in the pooling's place"
        raise MethodError(
            "expected a head of global average pooling and one dense layer (or a 1x1 convolution), "
            f"received one in which '{pooled.op.name}' {place}."
        )
    activations = pooled.op.inputs[0]
    fits = weights is None or weights.shape[0] == activations.shape[1 if first else -1]
    if not fits or activations.shape.rank not in (rank, min(rank, 3)):
        raise MethodError(
            f"expected pooled activations of shape (N, *spatial, channels) and rank {rank}, or tokens, received "
            f"{tuple(activations.shape)} from '{activations.op.name}'."
        )
    return PooledHead(activations, weights)


def _weights(tensor):
    """Returns the `(K, units)` matrix of a dense layer or a 1x1 convolution, or None if `tensor` comes of neither."""
    operation = tensor.op
    if operation.type not in ("MatMul", "BatchMatMulV2", "Conv2D"):
        return None
    weights = operation.inputs[1]
    if operation.type == "Conv2D":
        if weights.shape[:2] != (1, 1):
            return None
        return tf.reshape(weights, weights.shape[2:])
    transposed = operation.get_attr("transpose_b" if operation.type == "MatMul" else "adj_y")
    return tf.transpose(weights) if transposed else weights


def _is_global_mean(tensor, channels_first):
    operation = tensor.op
    if operation.type == "Mean":
        axes = tf.get_static_value(operation.inputs[1])
        rank = operation.inputs[0].shape.rank
        places = range(2, rank) if channels_first else range(1, rank - 1)
        return axes is not None and sorted(int(axis) % rank for axis in axes.ravel()) == list(places)
    if operation.type in ("AvgPool", "AvgPool3D") and not channels_first:
        whole = operation.inputs[0].shape[1:-1]
        return None not in whole and operation.get_attr("ksize")[1:-1] == whole and math.prod(tensor.shape[1:-1]) == 1
    return False
