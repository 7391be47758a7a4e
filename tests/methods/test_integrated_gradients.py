import warnings

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_explain import ExplainWarning, GradientTimesInput, IntegratedGradients, Saliency
from keras_explain.errors import GradientError, InputError, OptionError
from keras_explain.inputs.baseline import blurred
from tests.networks import SHAPE, build


def power(exponent):
    """Returns a model whose score is the sum of its values, each raised to a power."""
    inputs = keras.Input((1, 2, 1))
    return keras.Model(inputs, ops.reshape(ops.sum(inputs**exponent, axis=(1, 2, 3)), (-1, 1)))


IMAGE = np.array([[[[3.0], [-2.0]]]], "float32")


def test_computed_by_hand():
    def of(exponent, **options):
        maps = IntegratedGradients(power(exponent), head="values", tolerance=10, **options)(IMAGE, 0)
        return maps.ravel().tolist()

    # x int_0^1 2 (a x) da = x^2, whose line either rule meets exactly
    assert of(2, steps=1) == of(2, steps=1, rule="trapezoid") == [9, 4]
    # x int_0^1 3 (a x)^2 da = x^3: exact by two steps of Gauss and Legendre; the trapezoid's one gives 3/2 of it
    np.testing.assert_allclose(of(3, steps=2), [27, -8], rtol=1e-6)
    assert of(3, steps=1, rule="trapezoid") == [40.5, -12]
    # from a baseline of 1: (x - 1) int_0^1 2 (1 + a (x - 1)) da = x^2 - 1
    np.testing.assert_allclose(of(2, steps=3, baseline=1), [8, 3], rtol=1e-6)


@pytest.mark.parametrize("baseline", [0, [0.1, -0.2, 0.3], "blur", "mean"])
@pytest.mark.parametrize("score", ["logit", "probability"])
def test_sums_to_the_difference_of_the_scores(baseline, score, images):
    model = build("softmax_layer")
    explainer = IntegratedGradients(model, steps=200, baseline=baseline, score=score)
    found = explainer.run(images, 1)
    np.testing.assert_allclose(found.maps.sum((1, 2, 3)), found.scores - found.baseline_scores, rtol=0.02, atol=1e-3)
    np.testing.assert_allclose(found.gaps, found.maps.sum((1, 2, 3)) - found.rises, atol=1e-5)
    if score == "probability":
        np.testing.assert_allclose(found.scores, model(images)[:, 1], rtol=1e-5)
        if baseline == "blur":
            blurry = model(blurred(images))[:, 1]
            np.testing.assert_allclose(found.baseline_scores, blurry, rtol=1e-5)


def test_of_a_linear_model_is_weight_times_difference(images, rng):
    dense = layers.Dense(3)
    model = keras.Sequential([keras.Input(SHAPE), layers.Flatten(), dense])
    weights = dense.get_weights()[0][:, 2].reshape(SHAPE)
    baseline = rng.normal(size=SHAPE)
    maps = IntegratedGradients(model, steps=3, baseline=baseline)(images, 2)
    np.testing.assert_allclose(maps, weights * (images - baseline.astype("float32")), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(
        IntegratedGradients(model, steps=1)(images), GradientTimesInput(model)(images), rtol=1e-4, atol=1e-6
    )


@pytest.mark.parametrize("rule", ["gauss_legendre", "trapezoid"])
def test_is_the_rules_sum_of_gradients_on_the_way(rule, images):
    model = build("nested")
    gradient, targets = Saliency(model, magnitude=None), model(images).numpy().argmax(1)
    if rule == "trapezoid":
        places, weights = np.linspace(0, 1, 5), np.array([0.5, 1, 1, 1, 0.5]) / 4
    else:
        places, weights = np.polynomial.legendre.leggauss(4)
        places, weights = (places + 1) / 2, weights / 2
    path = [gradient((0.2 + a * (images - 0.2)).astype("float32"), targets) for a in places]
    wanted = (images - 0.2) * np.tensordot(weights, path, 1)
    options = {"steps": 4, "rule": rule, "baseline": 0.2, "tolerance": 10}
    for batch_size in (5, 32):
        maps = IntegratedGradients(model, batch_size=batch_size, **options)(images)
        np.testing.assert_allclose(maps, wanted, atol=1e-5 * np.abs(wanted).max())
    alone = IntegratedGradients(model, **options)(images[2:3])
    np.testing.assert_allclose(alone, wanted[2:3], atol=1e-5 * np.abs(wanted).max())


def test_other_inputs_stay_as_they_are(images, rng):
    pictures, numbers = keras.Input(SHAPE), keras.Input((3,))
    features = layers.GlobalAveragePooling2D()(layers.Conv2D(3, 3, activation="relu")(pictures))
    model = keras.Model([pictures, numbers], layers.Dense(2)(features * numbers))
    others = rng.normal(size=(6, 3)).astype("float32")
    found = IntegratedGradients(model, input=0, steps=64, baseline="mean").run([images, others], 1)
    black = np.broadcast_to(images.mean((1, 2), keepdims=True), images.shape)
    np.testing.assert_allclose(found.baseline_scores, model([black, others])[:, 1], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found.gaps, 0, atol=0.02 * np.abs(found.rises).max())


def test_a_sum_that_misses_the_score_is_told():
    explainer = IntegratedGradients(power(3), head="values", steps=1, rule="trapezoid")
    message = r"map of image 1 .* sums to 28.5 where its score is 19 .*\(1 of 2 .* than 5%\): take more steps= than 1"
    with pytest.warns(ExplainWarning, match=message):
        explainer(np.concatenate([0 * IMAGE, IMAGE]), 0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        IntegratedGradients(power(3), head="values", steps=1, rule="trapezoid", tolerance=0.6)(IMAGE, 0)
        IntegratedGradients(power(3), head="values")(IMAGE, 0)


@pytest.mark.parametrize(
    "options", [{"steps": 0}, {"rule": "simpson"}, {"baseline": "black"}, {"tolerance": -1}, {"verbose": 2}]
)
def test_options_out_of_range_are_refused(options):
    with pytest.raises(OptionError, match="expected"):
        IntegratedGradients(build("functional"), **options)


def test_what_has_no_gradient_or_another_size_is_refused(images):
    model = keras.Sequential([keras.Input(SHAPE, dtype="uint8"), layers.Rescaling(1 / 255), layers.Flatten()])
    with pytest.raises(GradientError, match="use Occlusion"):
        IntegratedGradients(model, head="values")
    with pytest.raises(InputError, match="an image, received"):
        IntegratedGradients(build("functional"), baseline=np.zeros((3, 4)))(images)
