import threading
import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from keras_explain import DeconvNet, ExplainWarning, GuidedBackprop, MethodError, Saliency
from keras_explain.tracing.relu_rules import ReluScope
from keras_explain.tracing.stand_in import standing_in

# Below, at and above every threshold and end that follows.
VALUES = np.array([-7.0, -2.0, -0.5, 0.5, 1.5, 2.5, 5.5, 6.5, 8.0], "float32")


class Subclassed(layers.Layer):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def call(self, x):
        return self.function(x)


def nested(layer):
    return keras.Sequential([keras.Input((len(VALUES),)), layer])


def functional(function):
    inputs = keras.Input((len(VALUES),))
    return keras.Model(inputs, function(inputs))


RELU = {
    "ReLU": layers.ReLU,
    "Activation": lambda: layers.Activation("relu"),
    "Activation of the function": lambda: layers.Activation(keras.activations.relu),
    "keras.ops": lambda: Subclassed(ops.relu),
    "keras.activations": lambda: Subclassed(keras.activations.relu),
    "tf.nn": lambda: Subclassed(lambda x: tf.nn.relu(x)),
    "tf.function": lambda: Subclassed(tf.function(lambda x: tf.nn.relu(x))),
    "nested": lambda: nested(nested(layers.ReLU())),
    "functional op": lambda: functional(ops.relu),
}
# Each with its derivative: 1 above the threshold, the slope below, 0 from the end on.
RECTIFIERS = {
    **{name: (make, VALUES > 0) for name, make in RELU.items()},
    "ReLU(6.)": (lambda: layers.ReLU(6.0), (VALUES > 0) & (VALUES < 6)),
    "relu6": (lambda: layers.Activation("relu6"), (VALUES > 0) & (VALUES < 6)),
    "ops.relu6": (lambda: Subclassed(ops.relu6), (VALUES > 0) & (VALUES < 6)),
    "tf.nn.relu6": (lambda: Subclassed(lambda x: tf.nn.relu6(x)), (VALUES > 0) & (VALUES < 6)),
    "max_value": (lambda: layers.ReLU(max_value=2.0), (VALUES > 0) & (VALUES < 2)),
    "threshold": (lambda: layers.ReLU(threshold=1.0), VALUES > 1),
    "slope": (lambda: layers.ReLU(negative_slope=0.1), np.where(VALUES > 0, 1, 0.1)),
    "all three": (lambda: layers.ReLU(2.0, 0.1, 1.0), np.where(VALUES > 1, VALUES < 2, 0.1)),
    "LeakyReLU": (lambda: layers.LeakyReLU(0.2), np.where(VALUES > 0, 1, 0.2)),
    "PReLU": (lambda: layers.PReLU(keras.initializers.Constant(0.3)), np.where(VALUES > 0, 1, 0.3)),
}


def ends_in(layer, signal, dtype=None):
    """Returns a model in which `layer` gets VALUES and the backward signal `signal`."""
    dense = layers.Dense(1, use_bias=False, dtype="float32")
    model = keras.Sequential([keras.Input((len(VALUES),), dtype=dtype), layer, dense])
    dense.set_weights([signal[:, np.newaxis]])
    return model


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("spelling", RECTIFIERS)
def test_rules_hold_for_every_spelling(spelling, sign, rng):
    make, slope = RECTIFIERS[spelling]
    signal = (sign * rng.uniform(1, 2, size=len(VALUES))).astype("float32")
    model = ends_in(make(), signal)
    x = VALUES[np.newaxis]
    np.testing.assert_allclose(Saliency(model, magnitude=None)(x)[0], signal * slope, rtol=1e-6)
    np.testing.assert_allclose(GuidedBackprop(model)(x)[0], np.maximum(signal, 0) * slope, rtol=1e-6)
    np.testing.assert_allclose(DeconvNet(model)(x)[0], np.maximum(signal, 0), rtol=1e-6)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16", "float64"])
def test_rules_hold_in_other_precisions(policy, rng):
    signal = rng.normal(size=len(VALUES)).astype("float32")
    model = ends_in(layers.ReLU(6.0, dtype=policy), signal)
    maps = GuidedBackprop(model)(VALUES[np.newaxis])
    assert maps.dtype == np.float32
    wanted = np.maximum(signal, 0) * ((VALUES > 0) & (VALUES < 6))
    np.testing.assert_allclose(maps[0], wanted, rtol=1e-2)


def test_one_forward_pass_serves_several_rules():
    scope = ReluScope()

    @tf.function(autograph=False)
    def run(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = standing_in(scope.stand_ins, lambda: tf.nn.relu(x)) * tf.constant([1.0, -1.0, 1.0, -1.0])
        found = []
        for rule in (GuidedBackprop.rule, None, DeconvNet.rule):
            with scope.following(rule):
                found.append(tape.gradient(y, x))
        return found

    found = [gradient.numpy().tolist() for gradient in run(tf.constant([1.0, 1.0, -1.0, -1.0]))]
    assert found == [[1, 0, 0, 0], [1, -1, 0, 0], [1, 0, 1, 0]]


bound_earlier = tf.nn.relu

ESCAPES = {
    "raw": lambda x: tf.raw_ops.Relu(features=x),
    "bound earlier": lambda x: bound_earlier(x),
    "maximum": lambda x: tf.maximum(x, 0.0),
    "ops.maximum": lambda x: ops.maximum(x, 0.0),
    "in a loop": lambda x: tf.map_fn(tf.nn.relu, x),
    "raw in a loop": lambda x: tf.map_fn(lambda row: tf.raw_ops.Relu(features=row), x),
}


@pytest.mark.parametrize("explainer", [GuidedBackprop, DeconvNet])
@pytest.mark.parametrize("spelling", ESCAPES)
def test_a_relu_that_escapes_is_refused_by_name(spelling, explainer):
    chain = [layers.ReLU(), Subclassed(ESCAPES[spelling]), layers.Dense(2)]
    with pytest.raises(MethodError, match=r"received .*(Relu|[Mm]aximum).*, which the rule can't reach"):
        explainer(keras.Sequential([keras.Input((5,)), *chain]))


@pytest.mark.parametrize("activation", ["linear", "swish", "gelu", "hard_swish"])
def test_a_model_without_relu_is_refused_with_what_to_use(activation):
    model = keras.Sequential([keras.Input((5,)), layers.Dense(4, activation=activation), layers.Dense(2)])
    with pytest.raises(MethodError, match="without any.*use Saliency or GradCAM"):
        GuidedBackprop(model)


def test_other_activations_are_listed_once(images):
    chain = [layers.Dense(4, activation="relu"), layers.Dense(4, activation="elu"), layers.Dense(4, "hard_sigmoid")]
    model = keras.Sequential([keras.Input((16, 3)), *chain, layers.Flatten(), layers.Dense(2, activation="sigmoid")])
    with pytest.warns(ExplainWarning, match="other activations.*Elu.*truediv") as warned:
        explainer = GuidedBackprop(model)
        explainer(images[0])
    assert len([warning for warning in warned if warning.category is ExplainWarning]) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error", ExplainWarning)
        Saliency(model)(images[0])


def test_other_activations_keep_their_gradient(rng):
    signal = rng.normal(size=len(VALUES)).astype("float32")
    model = ends_in(layers.Activation("hard_sigmoid"), signal)
    with_relu = keras.Sequential([model, layers.ReLU(negative_slope=1.0)])
    wanted = Saliency(model, magnitude=None)(VALUES[np.newaxis])
    with pytest.warns(ExplainWarning):
        np.testing.assert_allclose(GuidedBackprop(with_relu)(VALUES[np.newaxis]), wanted, rtol=1e-5)


def test_nothing_is_left_behind():
    owners = (tf.nn, keras.activations, keras.layers.PReLU, keras.layers.ReLU, type(ops.relu))
    before = [dict(vars(owner)) for owner in owners]
    GuidedBackprop(ends_in(layers.ReLU(), VALUES))
    with pytest.raises(MethodError):
        GuidedBackprop(ends_in(layers.Activation("tanh"), VALUES))
    assert [dict(vars(owner)) for owner in owners] == before


def test_other_threads_keep_the_true_gradient():
    scope, found = ReluScope(), []

    def train():
        x = tf.constant(VALUES)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = -tf.nn.relu(x)
        found.append(tape.gradient(y, x).numpy())

    def run():
        thread = threading.Thread(target=train)
        thread.start()
        thread.join()

    with scope.following(GuidedBackprop.rule):
        standing_in(scope.stand_ins, run)
    np.testing.assert_array_equal(found[0], -(VALUES > 0).astype("float32"))
