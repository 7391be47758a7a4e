"""The layers that a model is made of, at any depth, by the attributes that Keras keeps them in."""

import keras


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


def layer_path(model, operation):
    """Returns the path of a layer within the model, its bare name if Keras doesn't track it."""
    return next((path for path, found in walk(model) if found is operation), operation.name)


def written_order(model, operation):
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


def _children(parent):
    if isinstance(parent, keras.Model) and hasattr(parent, "operations"):
        return parent.operations
    return parent._flatten_layers(include_self=False, recursive=False) if isinstance(parent, keras.Layer) else ()
