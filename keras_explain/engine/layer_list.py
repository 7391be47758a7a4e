"""See what there is to explain: the layers of a model as they run."""

import dataclasses

import tensorflow as tf

from keras_explain.engine.forward_pass import ForwardPass
from keras_explain.engine.last_layer import is_spatial, last_features, within_attention
from keras_explain.engine.open_size import OpenSizeError
from keras_explain.engine.request import Request
from keras_explain.engine.score import everything
from keras_explain.engine.watch import Watch
from keras_explain.errors import InputError, LayerError
from keras_explain.inputs.datasets import gathered
from keras_explain.inputs.images import check_images, first_run
from keras_explain.tracing.layer_tree import layer_path
from keras_explain.tracing.thread_state import unharmed


@dataclasses.dataclass(frozen=True)
class LayerCall:
    """One call of a layer while the model runs.

    Attributes:
        path: What `layer=` takes.
        kind: Class of the layer.
        shape: Shape of its output, None where it is open; None for an output that can't be tapped.
        spatial: Whether its output has places to look at.
        default: Whether it is looked at if no layer is asked for.
    """

    path: str
    kind: str
    shape: tuple | None
    spatial: bool
    default: bool


def list_layers(model, images=None, *, input=None, output=None):
    """Returns a `LayerCall` for each call of a layer or operation, in the order in which they end.

    Of layers that run on each frame of a video by itself it returns the calls on the first frame.

    Args:
        model: A Keras model of any form.
        images: An example of what it takes, for a model that has not been built; and for one of images of any size, or
            videos of any length, whose places show at a known one alone.
        input: Index or name of the input to explain, of several.
        output: Index or name of the output to explain, of several.

    Raises:
        InputError: If the model doesn't know its inputs and no images are given.

    Examples:
        >>> [call.path for call in kx.list_layers(model) if call.default]
        ['conv1']
    """
    request = Request(model, everything, input, output)
    if images is not None:
        images, _ = gathered(images, 1)
    signature = request.signature(images)
    if signature is None:
        raise InputError("the model has not been called, so that its input is unknown: give images=.")
    found, images = [], None if images is None else check_images(images, signature)
    if images is not None:
        signature = signature.sized(images)

    def trace(inputs, targets):
        forward = ForwardPass(request, signature, inputs, targets, Watch())
        rank = forward.images.shape.rank
        try:
            last, _ = last_features(forward.recorded, model)
        except LayerError:
            last = None
        attention = within_attention(model)
        frames = forward.recorded.frames
        for call in forward.recorded.calls:
            frame = frames.of(call.output) if frames and is_spatial(call.output, rank - 1) else None
            if frame is not None and frame.number:
                continue
            shape = None if call.output is None else tuple(call.output.shape)
            path, kind = layer_path(model, call.operation), type(call.operation).__name__
            spatial = frame or _has_places(call.output, forward.recorded)
            spatial = bool(spatial) and id(call.operation) not in attention
            default = call is last or (frame is not None and last is not None and call.operation is last.operation)
            found.append(LayerCall(path, kind, shape, spatial, default))

    given = (signature.specs, tf.TensorSpec((None,), tf.int32))
    with first_run(images):
        unharmed(tf.function(trace, input_signature=given, autograph=False).get_concrete_function)
    return found


def _has_places(tensor, recorded):
    """Tells whether a tensor is a map or tokens at places of the image, as far as these can be followed."""
    try:
        spatial = is_spatial(tensor, recorded.images.shape.rank, recorded.channels_first) and recorded.part(tensor)
        return spatial or (tensor is not None and recorded.layout(tensor))
    except OpenSizeError:
        return False
