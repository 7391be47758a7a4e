"""Find layers: by name, by path into nested models, or the last one that still has spatial extent."""

import keras

from keras_explain.errors import LayerError, near
from keras_explain.tracing.graph import source, upstream


def walk(parent, prefix=""):
    """Yields `(path, operation)` of every layer and bare operation within `parent`, at any depth.

    The path joins names with `/`: `"backbone/conv5_block3_out"`.
    """
    children = parent.operations if isinstance(parent, keras.Model) and hasattr(parent, "operations") else None
    if children is None:
        children = parent._flatten_layers(include_self=False, recursive=False)
    for child in children:
        path = prefix + child.name
        yield path, child
        if isinstance(child, keras.Layer):
            yield from walk(child, path + "/")


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


def is_spatial(tensor, rank):
    """Tells whether a tensor is `(N, *spatial, C)` of this rank with more than one place to look at."""
    return tensor is not None and tensor.shape.rank == rank and any(size != 1 for size in tensor.shape[1:-1])


def last_spatial_call(calls, score, rank):
    """Returns the last call whose output has spatial extent, isn't a pooling, and leads to the score.

    A call that hands on a tensor it didn't make (dropout at inference, a nested model its last layer's output) is no
    candidate of its own.

    Args:
        calls: All calls of one trace, in order.
        score: The score tensor of the same trace.
        rank: Rank of the explained input.

    Raises:
        LayerError: If there is none.
    """
    needed = upstream(score)
    made, last = set(), None
    for call in calls:
        tensor = call.output
        if tensor is None or id(tensor) in made:
            continue
        made.add(id(tensor))
        if is_spatial(tensor, rank) and tensor.op in needed and "Pool" not in source(tensor).op.type:
            last = call
    if last is None:
        raise LayerError(
            f"expected a layer with an output of shape (N, {'size, ' * (rank - 2)}channels) that the score depends on, "
            "found none in this model; use Saliency or Occlusion, which need no layer."
        )
    return last


def nth_call(calls, operation, index):
    """Returns the call of `operation` at `index` among its calls.

    Raises:
        LayerError: If it wasn't called, not so often, or where its output can't be reached.
    """
    found = [call for call in calls if call.operation is operation]
    if not found:
        raise LayerError(f"layer '{operation.name}' is not called when the model runs; choose one that is.")
    if not -len(found) <= index < len(found):
        raise LayerError(f"layer '{operation.name}' is called {len(found)} times, received call={index}.")
    if found[index].output is None:
        raise LayerError(
            f"the output of layer '{operation.name}' can't be tapped: it is no single tensor of the model's own graph "
            "(several outputs, or it runs inside a loop); choose a layer within or after it."
        )
    return found[index]
