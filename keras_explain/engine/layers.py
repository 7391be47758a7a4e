"""Find layers: by name, by path into nested models, or the last one that still has spatial extent."""

import keras

from keras_explain.errors import LayerError, ModelError, near
from keras_explain.tracing.graph import downstream, source, upstream

_ATTENTION = (keras.layers.MultiHeadAttention, keras.layers.GroupQueryAttention)


def walk(parent, prefix="", above=()):
    """Yields `(path, operation)` of every layer and bare operation within `parent`, at any depth.

    The path joins names with `/`: `"backbone/conv5_block3_out"`. A layer that refers back to one it is part of, by
    `above`, is not entered again.
    """
    above = (*above, id(parent))
    for child in _children(parent):
        path = prefix + child.name
        yield path, child
        if isinstance(child, keras.Layer) and id(child) not in above:
            yield from walk(child, path + "/", above)


def _children(parent):
    if isinstance(parent, keras.Model) and hasattr(parent, "operations"):
        return parent.operations
    return parent._flatten_layers(include_self=False, recursive=False) if isinstance(parent, keras.Layer) else ()


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


def layer_path(model, operation):
    """Returns the path of a layer within the model, its bare name if Keras doesn't track it."""
    return next((path for path, found in walk(model) if found is operation), operation.name)


def channels_first(model):
    """Tells whether a model takes its images as `(N, C, *spatial)`, by the layers that convolve or pool.

    Raises:
        ModelError: If some of them take channels first and others last.
    """
    found = {
        operation.data_format: path
        for path, operation in walk(model)
        if getattr(operation, "data_format", None) and not isinstance(operation, keras.layers.Flatten)
    }
    if len(found) > 1:
        names = " and ".join(f"'{path}' with {layout}" for layout, path in sorted(found.items()))
        raise ModelError(f"expected layers of one data_format, received {names}; use Saliency, which needs no layer.")
    return "channels_first" in found


def is_spatial(tensor, rank, first=False):
    """Tells whether a tensor of this rank has more than one place to look at, its channels being last or first."""
    places = slice(2, None) if first else slice(1, -1)
    return tensor is not None and tensor.shape.rank == rank and any(size != 1 for size in tensor.shape[places])


def _is_pooled(tensor):
    made = source(tensor)
    if made.op.type == "Transpose":  # as Keras computes channels first on a CPU
        made = source(made.op.inputs[0])
    return "Pool" in made.op.type


def last_spatial_call(calls, model, score, images):
    """Returns the last call whose output has spatial extent, isn't a pooling, and leads to the score.

    A call that hands on a tensor it didn't make (dropout at inference, a nested model its last layer's output) is no
    candidate of its own.

    Args:
        calls: All calls of one trace, in order.
        model: The model. What runs within its attention layers, over tokens and heads, is left out.
        score: The score tensor of the same trace.
        images: The explained input, which it has to be computed from.

    Raises:
        LayerError: If there is none.
    """
    needed, rank = upstream(score) & downstream(images), images.shape.rank
    first = channels_first(model)
    attention = {id(part) for _, layer in walk(model) if isinstance(layer, _ATTENTION) for _, part in walk(layer)}
    made, last = set(), None
    for call in calls:
        tensor = call.output
        if tensor is None or id(tensor) in made or id(call.operation) in attention:
            continue
        made.add(id(tensor))
        if is_spatial(tensor, rank, first) and tensor.op in needed and not _is_pooled(tensor):
            last = call
    if last is None:
        raise LayerError(
            f"expected a layer with an output of shape (N, {'size, ' * (rank - 2)}channels) that the score depends on, "
            "found none in this model; use Saliency or Occlusion, which need no layer."
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
    order = _written_order(model, operation)
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


def _written_order(model, operation):
    """Returns the positions, among the calls as they run, of the calls as they were written in a functional model.

    Branches of equal depth run in an order that Keras chooses. Empty where there is no such order.
    """
    parent = model
    for name in layer_path(model, operation).split("/"):
        child = next((child for child in _children(parent) if child.name == name), None)
        depths = getattr(parent, "_nodes_by_depth", {})
        runs = [node for depth in sorted(depths, reverse=True) for node in depths[depth] if node.operation is child]
        if len(runs) > 1:
            written = [node for node in child._inbound_nodes if node in runs]
            return [runs.index(node) for node in written]
        parent = child
    return []
