"""Find layers by name or by path into nested models, and among their calls."""

import keras

from keras_explain.engine.open_size import layer_error
from keras_explain.errors import LayerError, brief, near
from keras_explain.tracing.graph import downstream
from keras_explain.tracing.layer_tree import walk, written_order


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
        raise LayerError(f"expected layer= as a name, a path or a layer, received {brief(layer)}.")
    known = dict(reversed(list(walk(model))))
    if layer in known:
        return known[layer]
    named = {path: found for path, found in known.items() if found.name == layer}
    if len({id(found) for found in named.values()}) > 1:
        raise LayerError(f"layer '{layer}' stands for several, give its path: {', '.join(sorted(named))}.")
    if not named:
        raise LayerError(f"expected a layer of model '{model.name}', received {brief(layer)}; {near(layer, known)}")
    return next(iter(named.values()))


def nth_call(calls, model, operation, index, images):
    """Returns the call of `operation` at `index` among its calls, in the order in which they were written.

    Of a layer that is shared by several inputs, as in a siamese network, it is the one call that the explained input
    leads to, if there is just one.

    Raises:
        LayerError: If it wasn't called, not so often, where its output can't be reached, or on another input.
    """
    found = [call for call in calls if call.operation is operation]
    if not found:
        raise layer_error(
            images,
            f"layer '{operation.name}' is not called when the model runs, or only within a loop of the "
            "graph; choose one of list_layers(model).",
        )
    if not -len(found) <= index < len(found):
        raise LayerError(f"layer '{operation.name}' is called {len(found)} times, received call={brief(index)}.")
    reached = downstream(images)
    led_to = [call for call in found if call.output is not None and call.output.op in reached]
    order = written_order(model, operation)
    found = found if len(order) != len(found) else [found[position] for position in order]
    call = led_to[0] if len(led_to) == 1 else found[index]
    if call.output is None:
        raise layer_error(
            images,
            f"the output of layer '{operation.name}' can't be tapped: it is no single tensor of the model's own graph "
            "(several outputs, or it runs inside a loop); choose a layer within or after it.",
        )
    if call not in led_to:
        raise LayerError(
            f"layer '{operation.name}' isn't computed from the explained input; choose another, or input=."
        )
    return call
