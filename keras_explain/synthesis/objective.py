"""What the ascent climbs: the class score less what regularizers charge."""

import math

import keras
import tensorflow as tf

from keras_explain.forward import Forward


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
    return forward.score, tape.gradient(objective, images)


def cosine(share, first, last):
    """Returns a rate that falls along a cosine from `first` to `last`, when this share of the steps is done."""
    return last + (first - last) * (0.5 + 0.5 * math.cos(math.pi * share))
