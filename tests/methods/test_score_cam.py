import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import ExplainWarning, LayerError, OptionError, ScoreCAM
from keras_explain.maps import resize
from keras_explain.methods.score_cam import softmax
from tests.networks import SHAPE, build


def by_brute_force(model, layer, images, target, weights):
    """Returns the maps at the layer's size by the model's own predictions, in float64, a channel after the other."""
    activations = keras.Model(model.inputs, model.get_layer(layer).output).predict(images, verbose=0)
    maps = []
    for image, found in zip(images, activations.astype(np.float64)):
        total, scores = np.zeros(found.shape[:2]), []
        channels = [channel for channel in np.moveaxis(found, -1, 0) if np.ptp(channel) > 0]
        for channel in channels:
            mask = resize(tf.constant(channel[np.newaxis, ..., np.newaxis]), image.shape[:2]).numpy().astype(np.float64)
            copy = image * (mask - mask.min()) / np.ptp(mask)
            scores.append(model.predict(copy.astype(np.float32), verbose=0)[0, target].astype(np.float64))
        scores = np.array(scores)
        scores = np.exp(scores) / np.exp(scores).sum() if weights == "softmax" else scores
        total = sum(score * channel for score, channel in zip(scores, channels))
        maps.append(np.maximum(total, 0))
    return np.stack(maps)[..., np.newaxis]


def with_kernel(kernel, bias, weights):
    """Returns a network of one 1x1 convolution `A`, flattened, and one dense layer, on images `(1, 2, 1)`."""
    tap, dense = layers.Conv2D(len(bias), 1, name="tap"), layers.Dense(1, use_bias=False)
    model = keras.Sequential([keras.Input((1, 2, 1)), tap, layers.Flatten(), dense])
    tap.set_weights([np.reshape(kernel, (1, 1, 1, -1)), np.array(bias)])
    dense.set_weights([np.reshape(weights, (-1, 1))])
    return model


def test_computed_by_hand():
    # A = (x, -x), f = x_1 / 2 + 3 x_2: of the image (1, 2) channel 1 lets (0, 2) through, and channel 2 (1, 0)
    model, image = with_kernel([1.0, -1.0], [0.0, 0.0], [[0.5, 0.0], [3.0, 0.0]]), np.array([[[[1.0], [2.0]]]])
    first, second = np.exp([6, 0.5]) / np.exp([6, 0.5]).sum()
    np.testing.assert_allclose(ScoreCAM(model)(image).ravel(), [first - second, 2 * (first - second)], atol=1e-6)
    np.testing.assert_allclose(ScoreCAM(model, weights="score")(image).ravel(), [6 - 0.5, 12 - 1], atol=1e-5)


def test_the_softmax_counts_what_varies_alone():
    scores, counted = np.array([[1.0, 700.0, 2.0], [5.0, 5.0, 5.0]], np.float32), np.array([[1, 0, 1], [0, 0, 0]], bool)
    shares = softmax(scores, counted)
    np.testing.assert_allclose(shares[0], [1 / (1 + np.e), 0, np.e / (1 + np.e)], atol=1e-6)
    assert shares[1].tolist() == [0, 0, 0]
    everywhere = np.array([[1e4, -1e4, 9999.0]], np.float32)
    shares = softmax(everywhere, np.ones((1, 3), bool))
    np.testing.assert_allclose(shares.sum(), 1, atol=1e-6)
    np.testing.assert_allclose(softmax(everywhere + 500, np.ones((1, 3), bool)), shares, atol=1e-6)


@pytest.mark.parametrize("batch_size", [1, 64])
@pytest.mark.parametrize(("layer", "weights"), [("conv1", "softmax"), ("pool", "score"), ("last", "softmax")])
def test_equals_brute_force(layer, weights, batch_size, images):
    model = build("functional")
    wanted = by_brute_force(model, layer, images[:3], 2, weights)
    explainer = ScoreCAM(model, layer, weights=weights, resize=False, batch_size=batch_size)
    maps = explainer(images[:3], 2)
    assert wanted.max() > 0
    np.testing.assert_allclose(maps, wanted, atol=1e-5 * wanted.max())
    whole = ScoreCAM(model, layer, weights=weights, batch_size=batch_size)(images[:3], 2)
    np.testing.assert_allclose(whole, resize(tf.constant(maps), (12, 16)), atol=1e-6 * maps.max())


def test_the_authors_own_variant_is_weighted_by_probabilities(images):
    model = build("softmax_layer")
    wanted = by_brute_force(model, "conv1", images[:2], 1, "score")
    maps = ScoreCAM(model, "conv1", score="probability", weights="score", resize=False)(images[:2], 1)
    np.testing.assert_allclose(maps, wanted, atol=1e-5 * wanted.max())


def test_is_the_same_whatever_is_added_to_the_logits(images):
    model = build("functional")
    before = ScoreCAM(model, "conv1")(images, 1)
    kernel, bias = model.get_layer("logits").get_weights()
    model.get_layer("logits").set_weights([kernel, bias + 30])
    np.testing.assert_allclose(ScoreCAM(model, "conv1")(images, 1), before, atol=1e-4 * before.max())


def test_a_constant_channel_has_no_part():
    image = np.array([[[[2.0], [1.0]]]])
    with_it = with_kernel([1.0, 0.0], [0.0, 9.0], [[0.5, 7.0], [3.0, 7.0]])
    without = with_kernel([1.0], [0.0], [[0.5], [3.0]])
    assert ScoreCAM(with_it)(image).ravel().tolist() == ScoreCAM(without)(image).ravel().tolist() == [2, 1]


def test_no_channel_that_varies_gives_zeros_and_a_warning(images):
    flat = np.ones_like(images[:2])
    convolution = layers.Conv2D(4, 3, name="tap")
    model = keras.Sequential([keras.Input(SHAPE), convolution, layers.Flatten(), layers.Dense(2)])
    explainer = ScoreCAM(model)
    with pytest.warns(ExplainWarning, match=r"image 1 is zero everywhere \(1 of 2 images\): no channel"):
        maps = explainer(np.stack([images[0], flat[0]]), 0)
    assert np.isfinite(maps).all() and not maps[1].any()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        explainer(flat, 0)


def test_the_rest_of_a_cropped_image_is_hidden(images):
    chain = [layers.Cropping2D(((0, 0), (8, 0))), layers.Conv2D(3, 1, name="tap"), layers.Flatten(), layers.Dense(2)]
    maps = ScoreCAM(keras.Sequential([keras.Input(SHAPE), *chain]))(images, 0)
    assert maps.shape == (6, 12, 16, 1) and not maps[:, :, :8].any() and maps[:, :, 8:].any()


def test_explains_the_clean_images_class_and_shows_progress(images, capsys):
    model = build("softmax_layer")
    explainer = ScoreCAM(model, "conv1", verbose=1)
    np.testing.assert_array_equal(explainer(images), explainer(images, model.predict(images, verbose=0).argmax(1)))
    assert explainer.layer == "conv1"
    assert "took 0:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"weights": "mean"}, OptionError, 'weights= "softmax" or "score"'),
        ({"resize": 1}, OptionError, "resize= as True or False"),
        ({"verbose": 2}, OptionError, "verbose"),
        ({"layer": "conv9"}, LayerError, "did you mean"),
        ({"layer": "gap"}, LayerError, "choose a convolution"),
    ],
)
def test_options_out_of_range_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        ScoreCAM(build("functional"), **options)


def test_a_model_without_places_is_told_what_to_use():
    table = keras.Sequential([keras.Input((5,)), layers.Dense(2)])
    with pytest.raises(LayerError, match="use Saliency or Occlusion, which need no layer"):
        ScoreCAM(table)
