"""Layers that show where they look once the images have a size: frames of any number, tokens of images of any size."""

import keras

from keras_explain.errors import LayerError
from keras_explain.tracing.graph import upstream

_PRODUCTS = {"BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum"}


class OpenSizeError(LayerError):
    """What is asked for isn't there in a trace for images of any size; it may be once these have one."""


def layer_error(images, message):
    """Returns the error that there is no such layer, as one that images of a known size may not have."""
    return (LayerError if images.shape[1:].is_fully_defined() else OpenSizeError)(message)


def check_frames(calls):
    """Refuses a trace in which frames of an open number are taken by `TimeDistributed`.

    Keras then takes as many of them as there are videos; all of them where their number is known, as it is while a
    model is trained or predicts.

    Args:
        calls: Every layer's call in the trace.

    Raises:
        OpenSizeError: If there are such.
    """
    distributed = (call.output for call in calls if isinstance(call.operation, keras.layers.TimeDistributed))
    if any(output is None or output.shape[1] is None for output in distributed):
        raise OpenSizeError("expected videos whose number of frames is known, as TimeDistributed takes them.")


def attends(score, images):
    """Tells whether a score is computed by products of what is computed from the images, as those of attention are."""
    products = (operation for operation in upstream(score) if operation.type in _PRODUCTS)
    return any(all(images.op in upstream(read) for read in operation.inputs) for operation in products)
