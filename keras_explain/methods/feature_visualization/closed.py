"""The activation of a unit as what is climbed, past ReLUs that are closed."""

import tensorflow as tf

from keras_explain.methods.synthesis.objective import Climbed
from keras_explain.methods.units import at_place
from keras_explain.tracing.relu_rules import positive


def climbed(forward, output, weights, place):
    """Returns the activation of one unit an image, as `Climbed`.

    Args:
        forward: The recorded `ForwardPass`, with rules.
        output: What the layer returned, `(N, *places, K)`.
        weights: `(N, K)`, see `Units`.
        place: Likewise.
    """
    size = tf.reduce_sum(at_place(tf.abs(output), place) * tf.abs(weights), axis=1)
    score = tf.reduce_sum(at_place(output, place) * weights, axis=1)
    return Climbed(score, size == 0, lambda: forward.following(opened))


def opened(gate, signal):
    """The rule of a ReLU by which, for an image that nothing passes for, all passes that would open it.

    Source: the redirected gradients in the code of Olah et al. 2017.
    """
    passed = gate(signal)
    nothing = tf.reduce_all(passed == 0, range(1, passed.shape.rank), keepdims=True)
    return tf.where(nothing, positive(signal), passed)
