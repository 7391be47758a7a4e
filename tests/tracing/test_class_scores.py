import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from keras_explain.errors import ModelError
from keras_explain.tracing.class_scores import class_score, find_head

FEATURES = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]], "float32")


class Subclassed(keras.Model):
    def __init__(self, activation):
        super().__init__()
        self.dense, self.activation = layers.Dense(4, name="logits"), activation

    def call(self, x):
        return self.activation(self.dense(x))


def dense(units=4, **options):
    return layers.Dense(units, name="logits", bias_initializer="random_normal", **options)


SOFTMAX = {
    "argument": lambda: [dense(activation="softmax")],
    "Activation": lambda: [dense(), layers.Activation("softmax")],
    "Softmax": lambda: [dense(), layers.Softmax()],
    "reshaped": lambda: [dense(), layers.Softmax(), layers.Reshape((1, 4)), layers.Reshape((4,))],
    "nested": lambda: [keras.Sequential([keras.Input((3,)), dense(activation="softmax")])],
    "log_softmax": lambda: [dense(activation="log_softmax")],
    "subclassed ops": lambda: [Subclassed(ops.softmax)],
    "subclassed tf": lambda: [Subclassed(tf.nn.softmax)],
    "mixed": lambda: [dense(dtype="mixed_bfloat16"), layers.Activation("softmax", dtype="float32")],
    "half softmax": lambda: [dense(activation="softmax", dtype="mixed_float16"), layers.Identity(dtype="float32")],
}


def head_of(model):
    """Returns the head's values, run on FEATURES, and the values before the activation."""
    found = {}

    @tf.function(autograph=False)
    def trace(x):
        head = find_head(model(x))
        found["activation"] = head.activation
        return head.outputs, head.logits, head.probabilities

    values = [None if value is None else np.asarray(value) for value in trace(FEATURES)]
    logits = next(layer for layer in model._flatten_layers() if layer.name == "logits")
    kernel, bias = logits.get_weights()
    return found["activation"], *values, FEATURES @ kernel + bias


@pytest.mark.parametrize("spelling", SOFTMAX)
def test_softmax_in_every_spelling(spelling):
    activation, outputs, logits, probabilities, before = head_of(keras.Sequential(SOFTMAX[spelling]()))
    tolerance = {"mixed": 2e-2, "half softmax": 5e-3}.get(spelling, 1e-6)
    assert activation == "softmax"
    np.testing.assert_allclose(outputs, before, atol=tolerance)
    np.testing.assert_allclose(logits, before, atol=tolerance)
    exponents = np.exp(before)
    np.testing.assert_allclose(probabilities, exponents / exponents.sum(1, keepdims=True), atol=tolerance)


@pytest.mark.parametrize("units", [1, 4])
@pytest.mark.parametrize(
    "chain", [lambda n: [dense(n, activation="sigmoid")], lambda n: [dense(n), layers.Activation("sigmoid")]]
)
def test_sigmoid(units, chain):
    activation, outputs, logits, probabilities, before = head_of(keras.Sequential(chain(units)))
    assert activation == "sigmoid"
    np.testing.assert_allclose(outputs, before, atol=1e-6)
    wanted = np.hstack([-before, before]) if units == 1 else before
    np.testing.assert_allclose(logits, wanted, atol=1e-6)
    np.testing.assert_allclose(probabilities, 1 / (1 + np.exp(-wanted)), atol=1e-6)


def test_linear_units_are_their_own_logits():
    activation, _, logits, probabilities, before = head_of(keras.Sequential([dense()]))
    assert activation == "linear"
    np.testing.assert_allclose(logits, before, atol=1e-6)
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-6)


def test_one_linear_unit_has_a_value_and_no_probability():
    *_, logits, probabilities, before = head_of(keras.Sequential([dense(1)]))
    np.testing.assert_allclose(logits, before, atol=1e-6)
    assert probabilities is None

    @tf.function(autograph=False)
    def trace(x):
        return class_score(find_head(keras.layers.Dense(1)(x)), tf.zeros(2, tf.int32), "probability")

    with pytest.raises(ModelError, match="sigmoid"):
        trace(FEATURES)


def test_class_score_picks_each_images_own_class():
    @tf.function(autograph=False)
    def trace(x):
        return class_score(find_head(tf.nn.softmax(x)), tf.constant([2, 1]), "logit")

    np.testing.assert_array_equal(trace(FEATURES), [0.5, 3.0])


def test_an_output_with_places_is_no_class_score():
    @tf.function(autograph=False)
    def trace(x):
        find_head(x)

    with pytest.raises(ModelError, match="score="):
        trace(np.zeros((2, 5, 6, 3), "float32"))
