"""Follow the places of a map back to the image: all of it, a part of it, or none."""

import math

import tensorflow as tf

from keras_explain.tracing.places import POINTWISE

WINDOWED = set(
    "Conv2D Conv3D DepthwiseConv2dNative MaxPool AvgPool MaxPool3D AvgPool3D Pad PadV2 MirrorPad ConcatV2 Softmax LRN "
    "ResizeBilinear ResizeNearestNeighbor Conv2DBackpropInput Conv3DBackpropInputV2".split()
)
# Which input names the axes along which these take numbers elsewhere.
_MOVING = {"ReverseV2": 1, "Roll": 2, "GatherV2": 2, "SplitV": 2, "Split": 0}
_DATA = {"Transpose": 0, "Split": 1, "Conv2DBackpropInput": 2, "Conv3DBackpropInputV2": 2}
MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")


def image_part(tensor, images, channels_first=False, all_the_way=False):
    """Returns the part of the images that the places of a map are spread over, as far back as they can be followed.

    Args:
        tensor: `(N, *spatial, K)`, or with its channels first.
        images: `(N, *spatial, C)` of the same trace.
        channels_first: Whether the model's tensors are `(N, C, *spatial)`.
        all_the_way: Whether that has to be up to the images themselves.

    Returns:
        `((start, stop), ...)`, shares of each spatial axis: 0 and 1 unless the model crops its images. None if the
        places are none of the image's: permuted, flipped, or put together anew.
    """
    last = tensor.shape.rank - 1
    order, places = list(range(last + 1)), list(range(2, last + 1) if channels_first else range(1, last))
    part = {axis: (0.0, 1.0) for axis in places}
    while tensor is not images:
        operation, data = tensor.op, _data(tensor.op, last + 1)
        spatial = {order[axis] for axis in places}
        if data is None or _is_loop(operation):
            break
        if operation.type == "Transpose":
            moved = tf.get_static_value(operation.inputs[1])
            if moved is None:
                break
            order = [int(moved[axis]) for axis in order]
        elif operation.type in _MOVING:
            axes = tf.get_static_value(operation.inputs[_MOVING[operation.type]])
            if axes is None or not spatial.isdisjoint((axes.ravel() % (last + 1)).tolist()):
                return None
        elif operation.type in ("StridedSlice", "Slice"):
            cuts = {axis: _cut(operation, order[axis]) for axis in places}
            if None in cuts.values():
                return None
            part = {axis: within(part[axis], *cuts[axis]) for axis in places}
        elif operation.type not in POINTWISE | WINDOWED:
            break
        tensor = data
    if tensor is not images:
        if all_the_way or (tensor.op.type == "Reshape" and _rearranges(tensor.op)):
            return None
        if order[:2] == [1, 0] and _is_loop(tensor.op):  # over time, which recurrent layers put first
            order = [0, 1, *order[2:]]
    turned = channels_first and order == [0, last, *range(1, last)]
    return tuple(part.values()) if turned or order == [*range(last + 1)] else None


def _data(operation, rank):
    """Returns the input of an operation that its places come from, if it is of that rank."""
    maps = [read for read in operation.inputs if read.shape.rank == rank and 1 not in read.shape[1:-1]]
    if operation.type in _DATA:
        maps = [operation.inputs[_DATA[operation.type]]]
    return next(iter(maps), None)


def _is_loop(operation):
    """Tells what puts the steps of a loop, or of one written out, together along a first axis."""
    return operation.type == "TensorListStack" or (operation.type == "Pack" and operation.get_attr("axis") == 0)


def _cut(operation, axis):
    """Returns `(start, stop)` of what a slice keeps of an axis, as shares of it; None if that isn't known."""
    size = operation.inputs[0].shape[axis]
    bounds = [tf.get_static_value(bound) for bound in operation.inputs[1:]]
    if any(bound is None for bound in bounds):
        return None
    if operation.type == "Slice":
        low, length = (int(bound[axis]) for bound in bounds)
        kept = slice(low, None if length < 0 else low + length)
    else:
        kept = _slice(axis, bounds, operation)
    if kept is None or (kept.step or 1) < 0:
        return None
    if size is None:  # the middle is the middle, whatever the length is
        return (0.0, 1.0) if (kept.start or 0) == -(kept.stop or 0) else None
    start, stop, _ = kept.indices(size)
    return start / size, stop / size


def _slice(axis, bounds, operation):
    """Returns the Python slice that a `StridedSlice` takes of an axis; None if it makes or drops axes."""
    begin, end, ellipsis, new, shrink = (operation.get_attr(name) for name in MASKS)
    if new or shrink:
        return None
    given, rank = len(bounds[0]), operation.inputs[0].shape.rank
    hidden = next((place for place in range(given) if ellipsis >> place & 1), given)
    if axis >= hidden:  # counted from the end, behind the ellipsis
        axis -= rank - given
        if axis <= hidden:
            return slice(None)
    low, high, step = (int(bound[axis]) for bound in bounds)
    return slice(None if begin >> axis & 1 else low, None if end >> axis & 1 else high, step)


def within(share, start, stop):
    return tuple(start + end * (stop - start) for end in share)


def _rearranges(operation):
    """Tells whether a reshape gives as many axes other lengths, or puts places into the batch."""
    before, after = operation.inputs[0].shape, operation.outputs[0].shape
    if None in (before.rank, after.rank) or None in [*before[1:], *after[1:]]:
        return False
    if before.rank > after.rank:
        return math.prod(before[1:]) != math.prod(after[1:])
    return before.rank == after.rank and before[1:-1] != after[1:-1]
