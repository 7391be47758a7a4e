"""The weights that layers hold themselves, and where a traced graph reads them."""

import tensorflow as tf
from tensorflow.python.ops.handle_data_util import get_resource_handle_data

from keras_explain.tracing.graph import upstream
from keras_explain.tracing.layer_tree import walk


def own_weights(model):
    """Yields `(path, layer, name, variable)` of each weight of a model, by the layer that holds it itself, once.

    Args:
        model: A Keras model of any form. Variables of TensorFlow's that are attributes of a layer are among its own.
    """
    layers, seen = {id(model): (model.name, model)}, set()
    for path, layer in walk(model):
        layers.setdefault(id(layer), (path, layer))
    for path, layer in reversed(layers.values()):  # those within a layer before it
        held = [(weight.name, weight.value) for weight in getattr(layer, "weights", ())]
        held += [(name, value) for name, value in vars(layer).items() if isinstance(value, tf.Variable)]
        for name, variable in held:
            if variable.ref() not in seen:
                seen.add(variable.ref())
                yield path, layer, name, variable


def read_variables(function):
    """Returns `[(handle, dtype, inner)]` of the variables that a concrete function reads.

    `inner` is the tensor in the function's graph that stands for the handle.
    """
    found = [(handle, inner, get_resource_handle_data(inner)) for handle, inner in function.graph.captures]
    found = [(handle, inner, kind.shape_and_type[0].dtype) for handle, inner, kind in found if kind and kind.is_set]
    return [(handle, tf.as_dtype(dtype), inner) for handle, inner, dtype in found]


def last_reads(function, tensor):
    """Returns `{handle.ref(): position}`: where a tensor of a concrete function's graph is last computed from each.

    Positions count the operations as they were traced; variables that it isn't computed from are missing.
    """
    needed = upstream(tensor)
    order = {operation.name: i for i, operation in enumerate(function.graph.get_operations())}
    found = {}
    for handle, _, inner in read_variables(function):
        reads = [order[reader.name] for reader in inner.consumers() if reader in needed]
        if reads:
            found[handle.ref()] = max(reads)
    return found
