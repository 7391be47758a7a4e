"""Find layers: by name, by path into nested models, or the last one that still has spatial extent."""

import keras

from keras_explain.errors import LayerError, near
from keras_explain.tracing.graph import downstream, source, upstream
from keras_explain.tracing.layer_tree import walk, written_order

_ATTENTION = (keras.layers.MultiHeadAttention, keras.layers.GroupQueryAttention)


def find_layer(model, layer):
    """Returns the layer that a name, a path or the layer itself stands for.

    Args:
        model: The model to look in.
        layer: A path from the model (`"backbone/conv"`), a name that is unique in it, or a layer object.

    Raises:
        LayerError: If there is none, or a bare name stands for several.
    """
    if isinstance(layer, keras.Operation):
        return layer
    if not isinstance(layer, str):
        raise LayerError(f"expected layer= as a name, a path or a layer, received {layer!r}.")
    known = dict(reversed(list(walk(model))))
    if layer in known:
        return known[layer]
    named = {path: found for path, found in known.items() if found.name == layer}
    if len({id(found) for found in named.values()}) > 1:
        raise LayerError(f"layer '{layer}' stands for several, give its path: {', '.join(sorted(named))}.")
    if not named:
        raise LayerError(f"expected a layer of model '{model.name}', received '{layer}'; {near(layer, known)}")
    return next(iter(named.values()))


def is_spatial(tensor, rank, channels_first=False):
    """Tells whether a tensor of this rank has more than one place to look at, its channels being last or first."""
    places = slice(2, None) if channels_first else slice(1, -1)
    return tensor is not None and tensor.shape.rank == rank and any(size != 1 for size in tensor.shape[places])


def _is_pooled(tensor):
    made = source(tensor)
    if made.op.type == "Transpose":  # as Keras computes channels first on a CPU
        made = source(made.op.inputs[0])
    return "Pool" in made.op.type


def last_spatial_call(calls, model, score, images, channels_first=False):
    """Returns the last call whose output has spatial extent, isn't a pooling, and leads to the score.

    A call that hands on a tensor it didn't make (dropout at inference, a nested model its last layer's output) is no
    candidate of its own.

    Args:
        calls: All calls of one trace, in order.
        model: The model. What runs within its attention layers, over tokens and heads, is left out.
        score: The score tensor of the same trace.
        images: The explained input, which it has to be computed from.
        channels_first: Whether the model's tensors are `(N, C, *spatial)`.

    Raises:
        LayerError: If there is none.
    """
    needed, rank = upstream(score) & downstream(images), images.shape.rank
    attention = {id(part) for _, layer in walk(model) if isinstance(layer, _ATTENTION) for _, part in walk(layer)}
    made, last = set(), None
    for call in calls:
        tensor = call.output
        if tensor is None or id(tensor) in made or id(call.operation) in attention:
            continue
        made.add(id(tensor))
        if is_spatial(tensor, rank, channels_first) and tensor.op in needed and not _is_pooled(tensor):
            last = call
    if last is None:
        raise LayerError(
            f"expected a layer with an output of shape (N, {'size, ' * (rank - 2)}channels) that the score depends on, "
            "found none in this model."
        )
    return last


def nth_call(calls, model, operation, index, images):
    """Returns the call of `operation` at `index` among its calls, in the order in which they were written.

    Of a layer that is shared by several inputs, as in a siamese network, it is the one call that the explained input
    leads to, if there is just one.

    Raises:
        LayerError: If it wasn't called, not so often, where its output can't be reached, or on another input.
    """
    found = [call for call in calls if call.operation is operation]
    if not found:
        raise LayerError(
            f"layer '{operation.name}' is not called when the model runs, or only within a loop such as "
            "TimeDistributed's; choose one of list_layers(model)."
        )
    if not -len(found) <= index < len(found):
        raise LayerError(f"layer '{operation.name}' is called {len(found)} times, received call={index}.")
    reached = downstream(images)
    led_to = [call for call in found if call.output is not None and call.output.op in reached]
    order = written_order(model, operation)
    found = found if len(order) != len(found) else [found[position] for position in order]
    call = led_to[0] if len(led_to) == 1 else found[index]
    if call.output is None:
        raise LayerError(
            f"the output of layer '{operation.name}' can't be tapped: it is no single tensor of the model's own graph "
            "(several outputs, or it runs inside a loop); choose a layer within or after it."
        )
    if call not in led_to:
        raise LayerError(
            f"layer '{operation.name}' isn't computed from the explained input; choose another, or input=."
        )
    return call
