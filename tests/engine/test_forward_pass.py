"""What a method may ask of a recorded pass, and what it has to declare before."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import ExplainWarning, GuidedBackprop, GuidedGradCAM, MethodError, OptionError, Saliency, explain
from keras_explain.engine.tap import Tap
from keras_explain.engine.watch import Watch
from keras_explain.methods.explainer import ModelExplainer
from tests.networks import build

ELSEWHERE = Tap(build("functional"))
ASKED = {
    "the images": lambda forward: forward.input_gradient(),
    "a ReLU rule": lambda forward: forward.input_gradient(GuidedBackprop.rule),
    "another layer": lambda forward: forward.tapped(ELSEWHERE)[1],
}


@pytest.mark.parametrize(
    ("asked", "declared"), [("the images", Watch()), ("a ReLU rule", Watch(images=True)), ("another layer", Watch())]
)
@pytest.mark.parametrize("beside", [[], ["guided_grad_cam"]])
def test_a_gradient_that_was_not_declared_is_refused(asked, declared, beside, images):
    class Forgetful(ModelExplainer):
        key, title, watch = "forgetful", "Forgetful", declared

        def attribution(self, forward):
            return ASKED[asked](forward)

    with pytest.raises(MethodError, match=f"watch declares, received a gradient (by|at) {asked}"):
        Forgetful(build("functional"))
    explanation = explain(build("functional"), images, methods=[*beside, "saliency", Forgetful])
    assert "watch declares" in explanation.left_out["forgetful"]


class MeanOverLine(ModelExplainer):
    """The gradient's mean along the line from a black image."""

    key, title, watch = "mean_over_line", "Mean over a line", Watch(images=True)

    def attribution(self, forward):
        shares = [0.25, 0.5, 0.75, 1.0]
        return tf.add_n([forward.again(forward.images * share).input_gradient() for share in shares]) / len(shares)


@pytest.mark.parametrize("layout", ["channels_last", "channels_first"])
def test_the_pass_again_keeps_other_inputs_and_the_targets(layout, rng):
    picture = keras.Input((12, 16, 3) if layout == "channels_last" else (3, 12, 16), name="picture")
    number = keras.Input((2,), name="number")
    x = layers.Conv2D(4, 3, activation="tanh", data_format=layout)(picture)
    x = layers.Concatenate()([layers.GlobalAveragePooling2D(data_format=layout)(x), number])
    model = keras.Model([picture, number], layers.Dense(3)(layers.Dense(5, activation="tanh")(x)))
    images, numbers = (rng.normal(size=(4, *x.shape[1:])).astype("float32") for x in (picture, number))
    predicted = model([images, numbers]).numpy().argmax(axis=1)
    wanted = 0
    for share in (0.25, 0.5, 0.75, 1.0):
        with tf.GradientTape() as tape:
            x = tf.constant(images * share)
            tape.watch(x)
            score = tf.gather(model([x, tf.constant(numbers)]), predicted, axis=1, batch_dims=1)
        wanted = wanted + tape.gradient(score, x).numpy() / 4
    wanted = wanted if layout == "channels_last" else np.moveaxis(wanted, 1, -1)
    np.testing.assert_allclose(MeanOverLine(model)([images, numbers]), wanted, rtol=1e-3, atol=1e-6)


def test_everything_a_method_gets_has_channels_last(rng):
    seen = {}

    class Looking(ModelExplainer):
        key, title = "looking", "Looking"

        @property
        def watch(self):
            return Watch(images=True, taps=(self.tap,))

        def __init__(self, model):
            self.tap = Tap(model, "conv")
            super().__init__(model)

        def attribution(self, forward):
            activations, gradients = forward.tapped(self.tap)
            seen.update(images=forward.images, gradient=forward.input_gradient(), A=activations, dA=gradients)
            return forward.resized(activations)

    conv = layers.Conv2D(4, 3, data_format="channels_first", name="conv")
    model = keras.Sequential([keras.Input((3, 12, 16)), conv, layers.Flatten(), layers.Dense(2)])
    explainer = Looking(model)
    assert {name: tuple(tensor.shape[1:]) for name, tensor in seen.items()} == {
        "images": (12, 16, 3),
        "gradient": (12, 16, 3),
        "A": (10, 14, 4),
        "dA": (10, 14, 4),
    }
    assert explainer(rng.normal(size=(2, 3, 12, 16))).shape == (2, 12, 16, 4)
    assert Saliency(model)(rng.normal(size=(2, 3, 12, 16))).shape == (2, 12, 16, 3)


def test_a_pass_again_warns_of_nothing_twice(images):
    class Twice(ModelExplainer):
        key, title, watch = "twice", "Twice", Watch(images=True, rules=True)

        def attribution(self, forward):
            return forward.again(forward.images / 2).input_gradient(GuidedBackprop.rule)

    chain = [layers.Conv2D(4, 3, activation="relu"), layers.Conv2D(4, 3, activation="elu"), layers.Flatten()]
    with pytest.warns(ExplainWarning) as warned:
        Twice(keras.Sequential([keras.Input((12, 16, 3)), *chain, layers.Dense(2)]))
    assert len([warning for warning in warned if warning.category is ExplainWarning]) == 1


@pytest.mark.parametrize("method", [Saliency, GuidedBackprop, GuidedGradCAM])
def test_advice_fits_what_went_wrong(method):
    integers = [
        keras.Input((8, 8, 1), dtype="uint8"),
        layers.Rescaling(1 / 255),
        layers.Conv2D(2, 3, activation="relu"),
    ]
    with pytest.raises(MethodError, match="received none from uint8.*use Occlusion, or GradCAM on a later layer"):
        method(keras.Sequential([*integers, layers.Flatten(), layers.Dense(2)]))


def test_occlusion_and_requests_refuse_what_they_cannot_ask(images):
    table = keras.Sequential([keras.Input((6,)), layers.Dense(2)])
    assert "spatial axes" in explain(table, np.ones((2, 6))).left_out["occlusion"]
    for options in ({"input": [0]}, {"output": [0]}):
        with pytest.raises(OptionError, match="as an index or a name"):
            explain(build("functional"), images, **options)
