"""What an operation is expected to take for each patch, in multiplications and additions or what takes as long."""

import math

from keras_explain.methods.occlusion.dilated import TakenApart
from keras_explain.methods.occlusion.machine import BATCH, measured
from keras_explain.methods.occlusion.sliding import CONVOLUTIONS

# Starts of small operations: of one of the model's, and of all that cut a part out of a map.
_CALL, _CROP = 4, 20
# A depthwise convolution has this much less to do for each number that it moves.
_DEPTHWISE = 10


def cost(operation, sizes=None):
    """Returns the cost of one operation.

    Args:
        operation: The operation, of a traced graph.
        sizes: Along each axis of the part of its output that is computed; None for all of it.
    """
    out = operation.outputs[0].shape
    share = math.prod(sizes) / math.prod(out[1:-1]) if sizes else 1
    count = _count(out) * share
    # Where it is computed whole, a dilated convolution is three operations.
    apart = TakenApart.by(operation) if sizes and operation.type == "BatchToSpaceND" else None
    computing = apart.convolution if apart else operation
    if computing.type not in (*CONVOLUTIONS, "MatMul"):
        return _CALL * measured().start + measured().byte * 4 * count
    kernel = computing.inputs[1].shape
    depthwise = computing.type == "DepthwiseConv2dNative"
    work = _DEPTHWISE * _product(kernel[:2]) if depthwise else _product(kernel[:-1])
    moved = 4 * (count + share * _count(operation.inputs[0].shape))
    return _CALL * measured().start + 2 * work * count + measured().byte * moved


def crop_cost(base, own, wanted):
    """Returns the cost of cutting the part `wanted` out of a map of which the part `own` has changed.

    To be gathered from, the changed parts of all patches of a batch are laid behind the map.
    """
    channels = base.shape[-1] or 1
    places = sum(math.prod(cut.size for cut in cuts) for cuts in (own, wanted) if cuts)
    places += math.prod(cut.length for cut in own) / BATCH if own else 0
    return _CROP * measured().start + measured().byte * 4 * 2 * channels * places


def _count(shape):
    return _product(shape[1:])


def _product(shape):
    """Returns the product of sizes, of those that are known."""
    return math.prod(size or 1 for size in shape) if shape.rank else 1
