"""What is pooled at the end of a network, at the places of the explained input: a map, or tokens."""

import tensorflow as tf

from keras_explain.errors import MethodError
from keras_explain.tracing.graph import downstream
from keras_explain.tracing.image_places import image_part
from keras_explain.tracing.layer_tree import layer_path
from keras_explain.tracing.pooled_head import find_pooled_head


def pooled_features(outputs, recorded, model):
    """Returns activations `f`, weights `w` `(K, units)`, the layer's path, its `image_part` and its grid of tokens.

    The grid is a `Lattice`, and None where what is pooled is a map.

    Args:
        outputs: `(N, units)` logits as the network has them.
        recorded: A `Recorded` pass.
        model: The model.

    Raises:
        MethodError: If they are not those of global average pooling and at most one dense layer, or what is pooled
            isn't at the places of the explained input alone.
    """
    head = find_pooled_head(outputs, recorded.images, recorded.channels_first)
    if any(head.activations.op in downstream(other) for other in recorded.others):
        raise MethodError("expected pooled activations of the explained input alone, another leads to them as well.")
    grid = None
    if head.activations.shape.rank < recorded.images.shape.rank:
        grid = recorded.lattice(head.activations)
        if grid is None or grid.others:
            raise MethodError(
                "expected pooled tokens each of which comes from a place of the image, received others among them, "
                "such as a class token, or ones that can't be followed."
            )
        part = grid.part
    else:
        part = image_part(head.activations, recorded.images, recorded.channels_first)
    if part is None:
        raise MethodError(
            "expected pooled activations whose places are the image's, received permuted or flipped ones."
        )
    makers = [call.operation for call in recorded.calls if call.output is head.activations]
    path = layer_path(model, makers[0]) if makers else head.activations.op.name
    weights = tf.eye(outputs.shape[1]) if head.weights is None else tf.cast(head.weights, tf.float32)
    return head.activations, weights, path, part, grid
