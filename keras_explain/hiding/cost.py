"""What an operation is expected to take for each patch, in multiplications and additions or what takes as long."""

import math

# Measured on a CPU with oneDNN: how many operations of a convolution take as long as moving a byte, and as a call.
_BYTE = 12
_CALL = 2e5
_CROP = 1e6


def cost(operation, sizes=None):
    """Returns the cost of one operation.

    Args:
        operation: The operation, of a traced graph.
        sizes: Rows and columns of the part of its output that is computed; None for all of it.
    """
    out = operation.outputs[0].shape
    share = math.prod(sizes) / math.prod(out[1:3]) if sizes else 1
    count = _count(out) * share
    if operation.type in ("Conv2D", "DepthwiseConv2dNative", "MatMul"):
        kernel = operation.inputs[1].shape
        each = math.prod(kernel[:2] if operation.type[0] == "D" else kernel[:-1])
        moved = _count(operation.inputs[0].shape) * share
        return _CALL + 2 * each * count * (10 if operation.type[0] == "D" else 1) + _BYTE * 4 * (count + moved)
    return _CALL + _BYTE * 4 * count


def crop_cost(base, own, wanted):
    """Returns the cost of cutting the part `wanted` out of a map of which the part `own` has changed."""
    channels = base.shape[-1] or 1
    places = sum(math.prod(cut.size for cut in cuts) for cuts in (own, wanted) if cuts)
    return _CROP + _BYTE * 4 * 2 * channels * places


def _count(shape):
    return math.prod(size or 1 for size in shape[1:]) if shape.rank else 1
