"""Notice that a model's parts were exchanged since it was traced."""

import keras

from keras_explain.tracing.layer_tree import walk

# Callable, but no part of what is computed: what makes, charges and bounds the weights, and Keras's own wrappers.
_BESIDE = ("initializer", "regularizer", "constraint", "build", "quantize")
_STATES = ("lora_enabled", "_dtype_policy")


def parts_of(model):
    """Returns `[(path, attributes, name, value)]` of the layers and functions that the layers of a model compute by."""
    found = []
    for path, part in [(model.name, model), *walk(model)]:
        attributes = vars(part)
        found += [(path, attributes, name, value) for name, value in attributes.items() if _computes(part, name, value)]
    return found


def exchanged(parts):
    """Returns the path and the attribute of the first of the parts that is another now; None if all are the same."""
    return next(((path, name) for path, own, name, value in parts if own.get(name) is not value), None)


def _computes(part, name, value):
    if isinstance(value, keras.Operation) or name in _STATES:
        return True
    return callable(value) and not isinstance(part, keras.Model) and not name.endswith(_BESIDE)
