"""The backward rules of a ReLU, and the scope in which every ReLU that is traced follows them."""

import contextlib

import keras
import tensorflow as tf
from keras.src.activations import activations as keras_activations
from keras.src.backend.tensorflow import nn as keras_nn

from keras_explain.errors import MethodError
from keras_explain.tracing.graph import upstream
from keras_explain.tracing.stand_in import stand_in

# The rules themselves are no ReLUs of the model's.
_positive = tf.nn.relu
_RELU_OPS = {"Relu", "Relu6", "LeakyRelu"}
_LOOPS = {"While", "StatelessWhile", "If", "StatelessIf", "Case", "PartitionedCall", "StatefulPartitionedCall"}
_OTHER_OPS = {"Elu", "Selu", "Softplus", "Softsign", "Tanh", "Sigmoid", "Erf", "Erfc"}


def plain(gate, signal):
    """Returns `f'(x) R`: the true gradient."""
    return gate(signal)


def deconvnet(gate, signal):
    """Returns `[R > 0] R`: the backward signal rectifies itself, whatever passed forward."""
    return _positive(signal)


def guided(gate, signal):
    """Returns `f'(x) [R > 0] R`: what passed forward and is positive backward."""
    return gate(_positive(signal))


class ReluScope:
    """Makes ReLUs follow a rule that is chosen when the gradient is taken, so that one forward pass serves several.

    Within `tracing()` the functions that Keras and TensorFlow compute ReLUs by are stood in for, in this thread, by
    `tf.custom_gradient` functions of equal value. Their gate `R -> f'(x) R` is the true derivative: 1 above the
    threshold and below the largest value, the negative slope below the threshold, 0 elsewhere.
    """

    def __init__(self):
        self._rule = plain
        self._ruled, self._others = {}, {}

    @contextlib.contextmanager
    def following(self, rule):
        """Within the block, gradients follow a rule: `plain`, `deconvnet` or `guided`."""
        previous, self._rule = self._rule, rule
        try:
            yield
        finally:
            self._rule = previous

    @contextlib.contextmanager
    def tracing(self):
        """Within the block, the ReLUs that are traced follow the rule that holds when their gradient is taken."""
        with contextlib.ExitStack() as scope:
            for owner, name, make in (
                (tf.nn, "relu", self._relu),
                (tf.nn, "relu6", self._relu6),
                (tf.nn, "leaky_relu", self._leaky_relu),
                (keras_activations.ReLU, "static_call", self._keras_relu),
                (keras.layers.PReLU, "call", self._prelu),
                (keras_nn, "hard_sigmoid", self._hard_sigmoid),
            ):
                scope.enter_context(stand_in(owner, name, make))
            yield

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
            return self._rule(lambda passing: _gate(x, y, passing, threshold, top, slope), signal)

        return _replaced(forward, x, backward, self._ruled)

    def check(self, outputs):
        """Makes sure that the rule reaches every ReLU that `outputs` is computed by.

        Args:
            outputs: Symbolic tensor of the traced model.

        Returns:
            The names of other activations, which keep their true gradient.

        Raises:
            MethodError: If a ReLU escaped the rule, or there is none.
        """
        operations = upstream(outputs, self._ruled | self._others)
        ruled = {operation.name for operation in self._ruled}
        nodes = [(operation.name, operation.type) for operation in operations]
        escaped = [name for name, kind in nodes if kind in _RELU_OPS and name not in ruled]
        escaped += [operation.name for operation in operations - set(self._ruled) if _is_maximum(operation)]
        if any(operation.type in _LOOPS for operation in operations):
            # The gradient of a loop is taken in a graph of its own, where no rule is followed.
            inner = [node for function in outputs.graph.as_graph_def().library.function for node in function.node_def]
            escaped += [node.name for node in inner if node.op in _RELU_OPS]
        if escaped:
            raise MethodError(
                f"expected ReLUs called as keras layers, keras.ops.relu or tf.nn.relu, received {_some(escaped)}, "
                "which the rule can't reach (a raw operation, a maximum with 0, a name bound earlier, a loop); "
                "write them as tf.nn.relu, or use Saliency or GradCAM."
            )
        others = {name for name, kind in nodes if kind in _OTHER_OPS}
        others |= {operation.name for operation in self._others}
        if not any(name in ruled for name, _ in nodes):
            raise MethodError(
                "guided backpropagation and deconvnet are rules for ReLUs, received a model without any "
                f"(its activations: {_some(others) or 'none'}); use Saliency or GradCAM."
            )
        return _some(others)


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
            dx = backward(x, y, signal)
            return (dx, [None] * len(variables)) if variables else dx

        return y, gradient

    return function(tf.convert_to_tensor(x))


def _is_maximum(operation):
    """Tells a ReLU that is written as a maximum with 0."""
    constants = [tf.get_static_value(tensor) for tensor in operation.inputs] if operation.type == "Maximum" else []
    return any(constant is not None and (constant == 0).all() for constant in constants)


def _some(names, most=6):
    names = sorted(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
