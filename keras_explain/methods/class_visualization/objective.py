"""What the ascent climbs: the class score less what regularizers charge."""

import math

import keras
import numpy as np
import tensorflow as tf

from keras_explain.engine.forward_pass import Forward
from keras_explain.errors import ModelError, OptionError


def ascent_gradient(question, signature, targets, regularizers, images, to_input=tf.identity):
    """Returns the scores `(N,)` and the gradient of `f_c - sum_r r(I)` by `images`, while it is traced.

    Args:
        question: The `Question` whose score is `f_c`.
        signature: The model's `Signature`.
        targets: int32 `(N,)`.
        regularizers: Functions of the image in the model's units, `(N, *spatial, C) -> (N,)` or a scalar.
        images: What is changed, `(N, *spatial, C)`.
        to_input: Turns it into the model's input `I`.
    """
    with tf.GradientTape() as tape:
        tape.watch(images)
        inputs = to_input(images)
        structure = keras.tree.pack_sequence_as(signature.structure, [inputs])
        forward = Forward(question, structure, signature.index, targets, sources=())
        charges = [tf.reduce_sum(tf.cast(regularizer(inputs), tf.float32)) for regularizer in regularizers]
        objective = tf.reduce_sum(forward.score) - tf.add_n(charges or [0.0])
    gradient = tape.gradient(objective, images)
    if gradient is None:
        raise ModelError(
            "class visualization expects a score with a gradient by the image, received none: the model takes "
            f"{signature.explained.dtype.name} images, or casts them to integers; use a model of what follows that."
        )
    return forward.score, gradient


def cosine(share, first, last):
    """Returns a rate that falls along a cosine from `first` to `last`, when this share of the steps is done."""
    return last + (first - last) * (0.5 + 0.5 * math.cos(math.pi * share))


def modify(modifiers, images):
    """Returns images after all modifiers.

    Raises:
        OptionError: If one changes their shape.
    """
    for modifier in modifiers:
        modified = modifier(images)
        if np.shape(modified) != np.shape(images):
            raise OptionError(
                f"expected input_modifiers that keep the shape {np.shape(images)}, received {np.shape(modified)} "
                f"from {modifier!r}."
            )
        images = modified
    return images
