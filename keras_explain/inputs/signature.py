"""Which inputs a model takes, and which of them is explained."""

import dataclasses

import keras
import tensorflow as tf

from keras_explain.checks.options import is_whole
from keras_explain.errors import InputError, OptionError, brief, near
from keras_explain.inputs.images import image_array
from keras_explain.inputs.structure import positions


@dataclasses.dataclass(frozen=True)
class Signature:
    """The inputs that a model takes and the one among them that is explained.

    Attributes:
        structure: Nested structure of `tf.TensorSpec` as the model takes them, with a batch axis of None.
        index: Position of the explained input among the flattened ones.
        channels_first: Whether the model takes its images as `(N, C, *spatial)`.
        names: The inputs' own names, in the flattened order; empty where the model gives them none.
    """

    structure: object
    index: int
    channels_first: bool = False
    names: tuple = ()

    @property
    def specs(self):
        """The inputs one after the other, the explained one with its channels last."""
        specs = keras.tree.flatten(self.structure)
        if self.channels_first:
            batch, channels, *spatial = specs[self.index].shape
            specs[self.index] = tf.TensorSpec((batch, *spatial, channels), specs[self.index].dtype)
        return specs

    def sized(self, inputs):
        """Returns the same for images of one size, that of `inputs`, arrays in the model's own structure."""
        specs = keras.tree.map_structure(
            lambda spec, array: tf.TensorSpec((None, *array.shape[1:]), spec.dtype), self.structure, inputs
        )
        return dataclasses.replace(self, structure=specs)

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
    several = len(model.inputs) > 1 or isinstance(getattr(model, "input", None), dict)
    symbolic = model.input if several else model.inputs[0]
    structure = keras.tree.map_structure(lambda x: tf.TensorSpec((None, *x.shape[1:]), x.dtype), symbolic)
    names = [x.name for x in keras.tree.flatten(symbolic)]
    own = {name: position for position, name in enumerate(names)}
    listed = positions(structure) if isinstance(structure, dict) else own
    return Signature(structure, _explained_index(structure, listed, chosen, own), channels_first, tuple(names))


def images_signature(images, chosen=None, channels_first=False, image_rank=None):
    """Returns the `Signature` of a model that takes whatever it is given: that of the first images.

    Args:
        images: The images, or the structure of all inputs. A list may be either, see `lists_inputs`.
        chosen: See `model_signature`.
        channels_first: See `Signature`.
        image_rank: Number of axes of one image, None if it isn't known.

    Raises:
        InputError: If the images are of several shapes, or there are none.
        OptionError: As `model_signature`.
    """
    structured = isinstance(images, (dict, tuple)) or (isinstance(images, list) and lists_inputs(images, image_rank))
    structure = images if structured else image_array(images)
    try:
        leaves = keras.tree.flatten(structure)
    except RecursionError:
        raise InputError(f"expected the inputs of the model, received {brief(images)}, which holds itself.") from None
    if not leaves:
        raise InputError("expected the images or all inputs of the model, received an empty structure.")
    specs = [tf.TensorSpec((None, *image_array(leaf).shape[1:]), tf.float32) for leaf in leaves]
    structure = keras.tree.pack_sequence_as(structure, specs)
    return Signature(structure, _explained_index(structure, positions(structure), chosen), channels_first)


def lists_inputs(images, image_rank=None):
    """Tells whether a list holds a model's inputs, each with a batch axis, rather than images one by one.

    Arrays of several ranks can't be images of one stack. Of one rank they are inputs if they have an axis more than an
    image has; where that isn't known, an array of rank 4 is taken for pictures with a batch axis.
    """
    ranks = {image_array(each).ndim for each in images}
    return len(ranks) > 1 or max(ranks, default=0) > (image_rank or 3)


def _explained_index(structure, listed, chosen, aliases=()):
    """Returns the position of the explained input among the flattened ones.

    Args:
        structure: The inputs' `tf.TensorSpec`.
        listed: `{name: position}` in the order in which indices count.
        chosen: Index or name, or None.
        aliases: `{name: position}` of the inputs' names beside the listed ones.
    """
    named = {**dict(aliases), **listed}
    if isinstance(chosen, str) and chosen in named:
        return named[chosen]
    if is_whole(chosen) and -len(listed) <= chosen < len(listed):
        return list(listed.values())[chosen]
    if chosen is not None:
        raise OptionError(f"expected input= as an index or a name, received {brief(chosen)}; {near(chosen, named)}")
    spatial = [i for i, spec in enumerate(keras.tree.flatten(structure)) if spec.shape.rank > 2]
    if len(listed) > 1 and len(spatial) != 1:
        raise OptionError(f"the model has several inputs ({', '.join(listed)}): say by input= which one to explain.")
    return spatial[0] if spatial else 0
