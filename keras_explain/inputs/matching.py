"""Which of what a user hands in belongs to which of a model's inputs: by name or by order, as Keras takes it."""

import keras
import tensorflow as tf

from keras_explain.checks.arrays import rank
from keras_explain.errors import InputError, brief

_SHOWN = 12


def matched(images, signature):
    """Returns what is handed in for each of the model's inputs, in the order of the flattened `signature.structure`.

    A dictionary goes by the inputs' names, whatever the model's own structure is. A list is the inputs in their order
    if the model takes several, and else the images one by one.

    Raises:
        InputError: If the inputs are too many or too few, or named otherwise.
    """
    structure = signature.structure
    if isinstance(images, dict) and not isinstance(structure, dict) and signature.names:
        return _named(images, signature.names)
    specs = keras.tree.flatten(structure)
    if len(specs) == 1 and not isinstance(images, dict):
        wrapped = (
            isinstance(images, (list, tuple)) and len(images) == 1 and rank(images[0], "images") == specs[0].shape.rank
        )
        return [images[0] if wrapped else images]
    return _aligned(images, structure)


def _aligned(given, structure):
    if isinstance(structure, tf.TensorSpec):
        return [given]
    if isinstance(structure, dict):
        given, structure = _keyed(given, structure), [structure[name] for name in sorted(structure)]
    elif not isinstance(given, (list, tuple)) or len(given) != len(structure):
        raise InputError(f"expected {len(structure)} inputs, one for each of the model's, received {_received(given)}.")
    return [leaf for each, part in zip(given, structure) for leaf in _aligned(each, part)]


def _keyed(given, structure):
    """Returns the values of a dictionary, or of a list that can't be read in two orders, in the order of the keys."""
    names = list(structure)
    if isinstance(given, dict):
        if set(given) - set(names):
            raise InputError(f"expected inputs named {_listing(names)}, received {_listing(given)}.")
        return _named(given, sorted(names))
    if not isinstance(given, (list, tuple)) or len(given) != len(names):
        raise InputError(f"expected {len(names)} inputs, {_listing(names)}, received {_received(given)}.")
    if names != sorted(names):
        raise InputError(f"expected a dictionary of the inputs {_listing(names)}, received a {type(given).__name__}.")
    return given


def _named(given, names):
    if not set(names) <= set(given):
        raise InputError(f"expected inputs named {_listing(names)}, received {_listing(given)}.")
    return [given[name] for name in names]


def _received(given):
    if isinstance(given, dict):
        return f"a dictionary of {_listing(given)}"
    return len(given) if isinstance(given, (list, tuple)) else brief(given)


def _listing(names):
    names = [str(name) for name in names]
    return ", ".join(names if len(names) <= _SHOWN else [*names[:_SHOWN], "..."])
