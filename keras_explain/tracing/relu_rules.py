"""The scope in which every ReLU that is traced follows a backward rule.

A rule is a function `(gate, signal) -> signal`: by it a ReLU `y = f(x)` passes the signal `R` from above back, where
`gate(R) = f'(x) R` is the true gradient.
"""

import contextlib

import keras
import tensorflow as tf
from keras.src.activations import activations as keras_activations
from keras.src.backend.tensorflow import nn as keras_nn

from keras_explain.tracing.relu_search import find_reach

# A ReLU for the rules themselves, which are none of the model's.
positive = tf.nn.relu


class ReluScope:
    """Makes ReLUs follow a rule that is chosen when the gradient is taken, so that one forward pass serves several.

    By `stand_ins` the functions that Keras and TensorFlow compute ReLUs by become, while a model is traced,
    `tf.custom_gradient` functions of equal value. Their gate `R -> f'(x) R` is the true derivative: 1 above the
    threshold and below the largest value, the negative slope below the threshold, 0 elsewhere.
    """

    def __init__(self):
        self._rule = None
        self._ruled, self._others, self._followed = {}, {}, set()

    @contextlib.contextmanager
    def following(self, rule):
        """Within the block, gradients follow a rule; None for the true gradient.

        Yields:
            The growing set of the ReLUs by which they have passed.
        """
        previous = self._rule, self._followed
        self._rule, self._followed = rule, set()
        try:
            yield self._followed
        finally:
            self._rule, self._followed = previous

    @property
    def stand_ins(self):
        """What makes the ReLUs that are traced follow the rule that holds when their gradient is taken."""
        return (
            (tf.nn, "relu", self._relu),
            (tf.nn, "relu6", self._relu6),
            (tf.nn, "leaky_relu", self._leaky_relu),
            (keras_activations.ReLU, "static_call", self._keras_relu),
            (keras.layers.PReLU, "call", self._prelu),
            (keras_nn, "hard_sigmoid", self._hard_sigmoid),
        )

    def reach(self, images, outputs):
        """Makes sure that the rule reaches every ReLU from `images` to `outputs`, see `relu_search.find_reach`."""
        return find_reach(images, outputs, self._ruled, self._others)

    def _relu(self, original):
        return lambda features, name=None: self._rectified(lambda x: original(x, name), features)

    def _relu6(self, original):
        return lambda features, name=None: self._rectified(lambda x: original(x, name), features, top=6.0)

    def _leaky_relu(self, original):
        def leaky_relu(features, alpha=0.2, name=None):
            return self._rectified(lambda x: original(x, alpha, name), features, slope=alpha)

        return leaky_relu

    def _keras_relu(self, original):
        def static_call(x, negative_slope=0.0, max_value=None, threshold=0.0):
            def forward(x):
                return original(x, negative_slope, max_value, threshold)

            if (negative_slope, max_value, threshold) == (0.0, None, 0.0):
                return original(x)
            return self._rectified(forward, x, threshold, max_value, negative_slope)

        return static_call

    def _prelu(self, original):
        def call(layer, inputs):
            return self._rectified(lambda x: original(layer, x), inputs, slope=tf.convert_to_tensor(layer.alpha))

        return call

    def _hard_sigmoid(self, original):
        # Computed by ReLU6, but no ReLU: it keeps its own gradient.
        def hard_sigmoid(x):
            def backward(x, y, signal):
                return _gate(x, y, signal, -3.0, 3.0, 0.0) / 6

            return _replaced(original, x, backward, self._others)

        return hard_sigmoid

    def _rectified(self, forward, x, threshold=0.0, top=None, slope=0.0):
        def backward(x, y, signal):
            def gate(passing):
                return _gate(x, y, passing, threshold, top, slope)

            self._followed.add(y.op)
            return gate(signal) if self._rule is None else self._rule(gate, signal)

        return _replaced(forward, x, backward, self._ruled)


def _gate(x, y, signal, threshold, top, slope):
    """Returns `f'(x) R` of a rectifier `y = f(x)`: 1 above the threshold, `slope` below it, 0 from `top` on."""
    if threshold == 0 and isinstance(slope, float):
        # One pass over the signal. By y rather than x, so that x is not kept, and can be made within the same kernel.
        if top is None and slope >= 0:
            return tf.raw_ops.LeakyReluGrad(gradients=signal, features=y, alpha=slope)
        if top == 6 and slope == 0:
            return tf.raw_ops.Relu6Grad(gradients=signal, features=y)
    zero = tf.zeros_like(signal)
    below = tf.cast(slope, signal.dtype) * signal
    signal = tf.where(x > tf.cast(threshold, x.dtype), signal, below)
    return signal if top is None else tf.where(x < tf.cast(top, x.dtype), signal, zero)


def _replaced(forward, x, backward, seen):
    """Returns `y = forward(x)` with the gradient `backward(x, y, dy)`, and notes in `seen` what `y` was made of."""

    @tf.custom_gradient
    def function(x):
        y = forward(x)
        seen[y.op] = x

        def gradient(signal, variables=()):
            dx = backward(x, y, tf.convert_to_tensor(signal))
            return (dx, [None] * len(variables)) if variables else dx

        return y, gradient

    return function(tf.convert_to_tensor(x))
