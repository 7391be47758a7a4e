"""Windows that slide over the places of maps: what they reach, and how they compute a part of their output."""

import numpy as np
import tensorflow as tf

from keras_explain.methods.occlusion.window import Reach
from keras_explain.tracing.replay import replay

CONVOLUTIONS = ("Conv2D", "Conv3D", "DepthwiseConv2dNative")


def is_map(shape):
    """Tells whether this is the shape `(N, *spatial, C)` of maps of a known size."""
    return shape.rank in (3, 4, 5) and shape[1:].is_fully_defined()


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


def unpadded(operation, inputs, cuts, patches):
    """Returns the operation's output without padding, the first input having it."""
    explicit = {"explicit_paddings": []} if "explicit_paddings" in operation.node_def.attr else {}
    return replay(operation, inputs, padding=b"VALID", **explicit)[0]


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
