import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

import keras_explain as kx
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


def test_nor_is_one_whose_classes_are_the_rows_of_another_input():
    images, texts = keras.Input((3,)), keras.Input((5,))
    with pytest.raises(ModelError, match=r"\(None, None\); pass score="):
        kx.Saliency(keras.Model([images, texts], ops.matmul(images, ops.transpose(units(3)(texts)))), input=0)


class Leaves(layers.Layer):
    """What the leaves of a soft tree say: a distribution each, that is learned."""

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], 3))

    def call(self, x):
        return ops.matmul(x, ops.softmax(self.kernel))


def test_weights_that_are_shares_make_no_logits():
    inputs = keras.Input((3,))
    with pytest.raises(ModelError, match="may be probabilities"):
        kx.Saliency(keras.Model(inputs, Leaves()(ops.sigmoid(units()(inputs)))))


def units(count=4):
    return layers.Dense(count, bias_initializer="random_normal")


def by_hand(z):
    e = ops.exp(z)
    return e / ops.sum(e, axis=-1, keepdims=True)


# {what it is: output of the features}; the logits are known by the graph.
PROVEN = {
    "joined sigmoids": lambda x: ops.concatenate([ops.sigmoid(units(1)(x)), ops.sigmoid(units(2)(x))], -1),
    "1 - p, p": lambda x: ops.concatenate([1 - ops.sigmoid(units(1)(x)), ops.sigmoid(units(1)(x))], -1),
    "without background": lambda x: ops.softmax(units(5)(x))[:, 1:],
    "reordered": lambda x: ops.take(ops.softmax(units(4)(x)), [3, 0, 2], axis=-1),
    "stacked units": lambda x: ops.stack([ops.softmax(units()(x))[:, 2], ops.sigmoid(units()(x))[:, 1]], -1),
    "squeezed": lambda x: ops.squeeze(ops.expand_dims(ops.softmax(units()(x)), 1), 1)[:, ::-1],
    "split": lambda x: ops.split(ops.softmax(units(6)(x)), 2, -1)[1],
    "exp of log_softmax": lambda x: ops.exp(ops.log_softmax(units()(x))),
}
VALUES = {
    "linear": lambda x: units()(x),
    "gated": lambda x: units()(x) * ops.sigmoid(units()(x)),
    "by a temperature": lambda x: units()(x) / 2.5,
    "hidden sigmoids": lambda x: units()(ops.sigmoid(units(7)(x))),
    "ensemble of logits": lambda x: layers.Average()([units()(x), units()(x)]),
    "experts' logits": lambda x: ops.einsum(
        "nk,nkc->nc", ops.softmax(units(2)(x)), ops.stack([units()(x), units()(x)], 1)
    ),
    "batch normalization": lambda x: layers.BatchNormalization()(units()(x)),
    "classes left out": lambda x: ops.where(np.array([True, True, False, True]), units()(x), -1e9),
}
UNPROVEN = {
    "ensemble": lambda x: layers.Average()([ops.softmax(units()(x)), ops.softmax(units()(x))]),
    "experts": lambda x: ops.einsum(
        "nk,nkc->nc", ops.softmax(units(2)(x)), ops.stack([ops.softmax(units()(x)), ops.softmax(units()(x))], 1)
    ),
    "by hand": lambda x: by_hand(units()(x)),
    "sparsemax": lambda x: ops.sparsemax(units()(x)),
    "noisy or": lambda x: 1 - ops.prod(1 - ops.sigmoid(ops.reshape(units(8)(x), (-1, 2, 4))), 1),
    "superclasses": lambda x: ops.matmul(ops.softmax(units()(x)), np.repeat(np.eye(2, dtype="float32"), 2, 0)),
    "clipped": lambda x: ops.clip(ops.softmax(units()(x)), 1e-7, 1 - 1e-7),
    "squashed": lambda x: (ops.tanh(units()(x)) + 1) / 2,
    "hard sigmoid by hand": lambda x: ops.minimum(ops.maximum(0.2 * units()(x) + 0.5, 0), 1),
    "hard sigmoid": lambda x: ops.hard_sigmoid(units()(x)),
    "1 - softmax": lambda x: 1 - ops.softmax(units()(x)),
}


def model_of(head):
    inputs = keras.Input((3,))
    return keras.Model(inputs, head(inputs))


def found_in(model, **said):
    """Returns the head, its tensors as arrays on FEATURES, and the model's own output."""
    found = {}

    @tf.function(autograph=False)
    def trace(x):
        outputs = model(x)
        found["head"] = head = find_head(outputs, **said)
        return [outputs, head.logits, head.probabilities]

    outputs, logits, probabilities = (None if value is None else np.asarray(value) for value in trace(FEATURES))
    return found["head"], outputs, logits, probabilities


@pytest.mark.parametrize("what", PROVEN)
def test_logits_behind_what_only_moves_units(what):
    head, outputs, logits, probabilities = found_in(model_of(PROVEN[what]))
    np.testing.assert_allclose(probabilities, outputs, atol=1e-6)
    assert head.claim is None
    if head.activation == "sigmoid":
        np.testing.assert_allclose(1 / (1 + np.exp(-logits)), outputs, atol=1e-6)
    elif head.activation == "softmax":  # some classes may be left out: the others' ratios remain
        np.testing.assert_allclose(np.diff(logits), np.diff(np.log(outputs)), atol=1e-5)


def test_a_logit_behind_moved_units_has_the_gradient_of_the_logit():
    inputs, unit = keras.Input((3,)), units(5)
    model = keras.Model(inputs, ops.take(ops.softmax(unit(inputs)), [3, 0, 2], axis=-1))

    @tf.function(autograph=False)
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            score = class_score(find_head(model(x)), tf.constant([1, 1]), "logit")
        return tape.gradient(score, x)

    np.testing.assert_allclose(slope(tf.constant(FEATURES))[0], unit.get_weights()[0][:, 0], atol=1e-6)


@pytest.mark.parametrize("what", VALUES)
def test_values_are_their_own_logits(what):
    head, outputs, logits, probabilities = found_in(model_of(VALUES[what]))
    np.testing.assert_array_equal(logits, outputs)
    np.testing.assert_allclose(probabilities, tf.nn.softmax(outputs), atol=1e-6)
    assert head.claim == "logits"


@pytest.mark.parametrize("what", UNPROVEN)
def test_what_proves_no_logits_has_the_models_own_probabilities(what):
    head, outputs, logits, probabilities = found_in(model_of(UNPROVEN[what]))
    assert logits is None and head.claim == "probabilities"
    np.testing.assert_array_equal(probabilities, outputs)
    with pytest.raises(ModelError, match="head="):
        class_score(head, None, "logit")


def test_a_quantized_layer_has_values():
    model = keras.Sequential([keras.Input((3,)), units()])
    model.quantize("int8")
    assert found_in(model)[0].activation == "linear"


def test_the_logarithm_of_a_softmax_has_its_logits_and_probabilities():
    head, outputs, logits, probabilities = found_in(model_of(lambda x: ops.log(ops.softmax(units()(x)))))
    assert head.activation == "softmax"
    np.testing.assert_allclose(probabilities, np.exp(outputs), atol=1e-6)
    np.testing.assert_allclose(np.diff(logits), np.diff(outputs), atol=1e-5)


def test_values_beside_activated_units_have_logits_and_no_probabilities():
    model = model_of(lambda x: ops.concatenate([units(2)(x), ops.sigmoid(units(2)(x))], -1))
    _, outputs, logits, probabilities = found_in(model)
    assert probabilities is None
    np.testing.assert_array_equal(logits[:, :2], outputs[:, :2])
    np.testing.assert_allclose(1 / (1 + np.exp(-logits[:, 2:])), outputs[:, 2:], atol=1e-6)


@pytest.mark.parametrize("word", ["said", "by_loss"])
@pytest.mark.parametrize("count", [1, 3])
def test_what_is_said_of_linear_units(count, word):
    model = model_of(units(count))
    _, outputs, logits, probabilities = found_in(model, **{word: "sigmoid_logits"})
    wanted = np.hstack([-outputs, outputs]) if count == 1 else outputs
    np.testing.assert_array_equal(logits, wanted)
    np.testing.assert_allclose(probabilities, 1 / (1 + np.exp(-wanted)), atol=1e-6)
    _, outputs, logits, probabilities = found_in(model, **{word: "values"})
    np.testing.assert_array_equal(logits, outputs)
    assert probabilities is None


def test_what_is_said_against_the_graph_is_refused():
    with pytest.raises(ModelError, match="received one of softmax"):
        found_in(model_of(PROVEN["reordered"]), said="softmax_logits")


def test_a_loss_of_probabilities_makes_none_of_linear_units():
    _, outputs, logits, probabilities = found_in(model_of(units()), by_loss="probabilities")
    np.testing.assert_array_equal(logits, outputs)
    assert probabilities is None
