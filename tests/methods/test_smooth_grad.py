import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_explain import GradCAM, Occlusion, Saliency, SmoothGrad, explain
from keras_explain.errors import InputError, OptionError
from tests.networks import SHAPE, build


class Channels:
    """An explainer of no model: the image itself, which it says that it saw."""

    key, title, signed, layer = "channels", "Channels", True, None

    def __init__(self):
        self.seen, self.asked = [], []

    def targets(self, images, target=None):
        return np.full(len(images), 7, np.int32)

    def __call__(self, images, target=None):
        self.seen.append(np.asarray(images))
        self.asked.append(np.asarray(target))
        return np.asarray(images)


@pytest.mark.parametrize("make", [lambda model: Saliency(model, magnitude=None), GradCAM, Occlusion])
def test_without_noise_it_is_the_explainers_map(make, images):
    explainer = make(build("nested"))
    wanted = explainer(images, 2)
    smooth = SmoothGrad(explainer, noise=0, samples=3)
    np.testing.assert_allclose(smooth(images, 2), wanted, rtol=1e-5, atol=1e-7)
    assert (smooth.layer, smooth.signed, smooth.fine) == (explainer.layer, explainer.signed, explainer.fine)
    assert smooth.title == f"SmoothGrad of {explainer.title}"


def test_is_the_signed_mean_of_the_gradients_at_noisy_images_of_the_clean_ones_class(images):
    inner = Channels()
    SmoothGrad(inner, samples=5, noise=0.3)(images)
    copies, model = np.concatenate(inner.seen).reshape(5, 6, *SHAPE), build("functional")
    classes = model(images).numpy().argmax(1)
    gradients = [Saliency(model, magnitude=None)(copy, classes) for copy in copies]
    maps = SmoothGrad(model, samples=5, noise=0.3)(images)
    assert maps.min() < 0 < maps.max()
    np.testing.assert_allclose(maps, np.mean(gradients, axis=0), atol=1e-5 * np.abs(maps).max())
    squared, spread = (SmoothGrad(model, samples=5, noise=0.3, statistic=name) for name in ("square", "variance"))
    np.testing.assert_allclose(squared(images), np.mean(np.square(gradients), axis=0), rtol=1e-3, atol=1e-8)
    np.testing.assert_allclose(spread(images), np.var(gradients, axis=0), rtol=1e-3, atol=1e-8)
    assert not squared.signed and not spread.signed and SmoothGrad(model).signed


@pytest.mark.parametrize(("statistic", "relative"), [("mean", True), ("square", True), ("variance", False)])
def test_of_a_map_without_a_zero_the_mean_has_none_either(statistic, relative):
    inner = Channels()
    assert not SmoothGrad(inner, statistic=statistic).relative
    inner.signed, inner.relative = False, True
    assert SmoothGrad(inner, statistic=statistic).relative is relative


@pytest.mark.parametrize("scale", [1, 255])
def test_noise_is_relative_to_each_images_range(scale, rng):
    inner, images = Channels(), scale * rng.random((3, 40, 50, 3)).astype("float32")
    images[1] *= 0.1
    images[2] = 5
    SmoothGrad(inner, samples=4, noise=0.15)(images)
    noise = np.concatenate(inner.seen).reshape(4, *images.shape) - images
    assert set(np.concatenate(inner.asked)) == {7}
    wanted = 0.15 * np.ptp(images, axis=(1, 2, 3))
    np.testing.assert_allclose(noise.std(axis=(0, 2, 3, 4)), wanted, rtol=0.02)
    np.testing.assert_allclose(noise.mean(axis=(0, 2, 3, 4)), 0, atol=0.02 * scale)
    assert abs(np.corrcoef(noise[0, 0].ravel(), noise[1, 0].ravel())[0, 1]) < 0.05


def test_of_a_linear_model_it_is_the_gradient_whatever_the_noise(images):
    model = keras.Sequential([keras.Input(SHAPE), layers.Flatten(), layers.Dense(3)])
    wanted = Saliency(model, magnitude=None)(images, 1)
    np.testing.assert_allclose(SmoothGrad(model, noise=2)(images, 1), wanted, rtol=1e-5)
    assert SmoothGrad(model, statistic="variance")(images, 1).max() < 1e-12


def test_of_a_square_its_mean_is_the_gradient_and_its_variance_the_noises():
    inputs = keras.Input((6, 8, 1))
    model = keras.Model(inputs, ops.reshape(ops.sum(inputs**2, axis=(1, 2, 3)), (-1, 1)))
    images = np.linspace(0, 1, 48, dtype="float32").reshape(1, 6, 8, 1)
    # the gradient is 2 (x + e), e ~ N(0, .2^2): with 800 copies, a mean's error is 2 * .2 / sqrt(800) = .014
    options = {"samples": 800, "noise": 0.2, "head": "values", "batch_size": 800}
    np.testing.assert_allclose(SmoothGrad(model, **options)(images, 0), 2 * images, atol=5 * 0.0142)
    spread = SmoothGrad(model, statistic="variance", **options)(images, 0)
    np.testing.assert_allclose(spread.mean(), 4 * 0.04, rtol=0.05)


def test_is_repeatable_by_its_seed_in_any_company_and_batch_size(images):
    model = build("functional")
    options = {"samples": 7, "noise": 0.2}
    maps = SmoothGrad(model, **options)(images, 1)
    for batch_size in (4, 100):
        again = SmoothGrad(model, batch_size=batch_size, **options)(images, 1)
        np.testing.assert_allclose(again, maps, atol=1e-5 * np.abs(maps).max())
    alone = SmoothGrad(model, **options)(images[3:4], 1)
    np.testing.assert_allclose(alone, maps[3:4], atol=1e-5 * np.abs(maps).max())
    other = SmoothGrad(model, seed=1, **options)(images, 1)
    assert np.abs(other - maps).max() > 0.05 * np.abs(maps).max()


def test_other_inputs_and_custom_scores(images, rng):
    pictures, numbers = keras.Input(SHAPE), keras.Input((3,))
    features = layers.GlobalAveragePooling2D()(layers.Conv2D(3, 3)(pictures))
    model = keras.Model([pictures, numbers], layers.Dense(2)(features * numbers))
    others = rng.normal(size=(6, 3)).astype("float32")
    for options in ({}, {"score": lambda outputs, target: outputs[:, 0] - outputs[:, 1]}):
        wanted = Saliency(model, magnitude=None, input=0, **options)([images, others])
        maps = SmoothGrad(model, input=0, samples=3, **options)([images, others])
        np.testing.assert_allclose(maps, wanted, rtol=1e-4, atol=1e-6)


def test_in_an_explanation_beside_what_it_wraps(images):
    model = build("functional")
    found = explain(model, images, methods=["smooth_grad", SmoothGrad(GradCAM(model), samples=2), "grad_cam"])
    assert found.titles["smooth_grad last"] == "SmoothGrad of Grad-CAM last"
    assert list(found.maps) == ["smooth_grad", "smooth_grad last", "grad_cam"]
    assert "smooth_grad" in explain(model, images, score=lambda o, t: o[:, 0], methods=["smooth_grad"]).maps
    with pytest.raises(OptionError, match="received one of another model"):
        explain(model, images, methods=[SmoothGrad(Saliency(build("nested")))])


@pytest.mark.parametrize(
    "options",
    [{"samples": 0}, {"noise": -0.1}, {"statistic": "max"}, {"seed": -1}, {"seed": None}, {"verbose": 3}],
)
def test_options_out_of_range_are_refused(options):
    with pytest.raises(OptionError, match="expected"):
        SmoothGrad(build("functional"), **options)


def test_what_cannot_be_smoothed_is_refused():
    model = build("functional")
    with pytest.raises(OptionError, match="a model or an explainer, received a function|which has no key"):
        SmoothGrad(lambda images: images)
    with pytest.raises(OptionError, match="batch_size where the explainer is made"):
        SmoothGrad(GradCAM(model), batch_size=4)
    whole = keras.Sequential([keras.Input(SHAPE, dtype="uint8"), layers.Flatten(), layers.Dense(3)])
    with pytest.raises(InputError, match="images of floats"):
        SmoothGrad(Occlusion(whole))(np.zeros((2, *SHAPE), np.uint8))
