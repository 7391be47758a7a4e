"""Which inputs a model takes, and which of them is explained."""

import dataclasses
import numbers

import keras
import numpy as np
import tensorflow as tf

from keras_explain.errors import OptionError, near
from keras_explain.inputs.images import as_array


@dataclasses.dataclass(frozen=True)
class Signature:
    """The inputs that a model takes and the one among them that is explained.

    Attributes:
        structure: Nested structure of `tf.TensorSpec` as the model takes them, with a batch axis of None.
        index: Position of the explained input among the flattened ones.
        channels_first: Whether the model takes its images as `(N, C, *spatial)`.
    """

    structure: object
    index: int
    channels_first: bool = False

    @property
    def specs(self):
        """The inputs one after the other, the explained one with its channels last."""
        specs = keras.tree.flatten(self.structure)
        if self.channels_first:
            batch, channels, *spatial = specs[self.index].shape
            specs[self.index] = tf.TensorSpec((batch, *spatial, channels), specs[self.index].dtype)
        return specs

    @property
    def explained(self):
        """The explained input, its channels last."""
        return self.specs[self.index]


def model_signature(model, chosen=None, channels_first=False):
    """Returns the `Signature` of a model that knows its inputs, None of one that doesn't (subclassed, not built).

    Args:
        model: A Keras model.
        chosen: Index or name of the input to explain; None for the only one, or the only one with spatial extent.
        channels_first: See `Signature`.

    Raises:
        OptionError: If there is no such input, or several and none is chosen.
    """
    if not model.built or not getattr(model, "inputs", None):
        return None
    symbolic = model.inputs[0] if len(model.inputs) == 1 else model.input
    structure = keras.tree.map_structure(lambda x: tf.TensorSpec((None, *x.shape[1:]), x.dtype), symbolic)
    names = [x.name for x in model.inputs]
    keys = sorted(structure) if isinstance(structure, dict) else names
    return Signature(structure, _explained_index(structure, keys if chosen in keys else names, chosen), channels_first)


def images_signature(images, chosen=None, channels_first=False):
    """Returns the `Signature` of a model that takes whatever it is given: that of the first images.

    Raises:
        InputError: If the images are of several shapes.
        OptionError: As `model_signature`.
    """
    structure = images if isinstance(images, (dict, tuple)) else as_array(images)
    structure = keras.tree.map_structure(lambda x: tf.TensorSpec((None, *np.shape(x)[1:]), tf.float32), structure)
    names = sorted(structure) if isinstance(structure, dict) else range(len(keras.tree.flatten(structure)))
    return Signature(structure, _explained_index(structure, names, chosen), channels_first)


def _explained_index(structure, names, chosen):
    names = [str(name) for name in names]
    if isinstance(chosen, str) and chosen in names:
        return names.index(chosen)
    if isinstance(chosen, numbers.Integral) and -len(names) <= chosen < len(names):
        return chosen % len(names)
    if chosen is not None:
        raise OptionError(f"expected input= as an index or a name, received {chosen!r}; {near(chosen, names)}")
    spatial = [i for i, spec in enumerate(keras.tree.flatten(structure)) if spec.shape.rank > 2]
    if len(names) > 1 and len(spatial) != 1:
        raise OptionError(f"the model has several inputs ({', '.join(names)}): say by input= which one to explain.")
    return spatial[0] if spatial else 0
