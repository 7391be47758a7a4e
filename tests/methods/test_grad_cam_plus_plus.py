import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import GradCAMPlusPlus
from tests.networks import build


def formula(activations, gradients):
    """The paper's equations, term by term in float64, for one image `(*spatial, K)`."""
    activations, gradients = activations.astype("float64"), gradients.astype("float64")
    places = tuple(range(gradients.ndim - 1))
    below = 2 * gradients**2 + activations.sum(places) * gradients**3
    alpha = np.divide(gradients**2, below, out=np.zeros_like(below), where=below != 0)
    weights = (alpha * np.maximum(gradients, 0)).sum(places)
    return np.maximum(activations @ weights, 0)[..., np.newaxis]


def test_computed_by_hand():
    tap, dense = layers.Conv2D(2, 1, use_bias=False, name="tap"), layers.Dense(1, use_bias=False)
    model = keras.Sequential([keras.Input((1, 2, 1)), tap, layers.Flatten(), dense])
    tap.set_weights([np.array([1.0, 2.0]).reshape(1, 1, 1, 2)])
    dense.set_weights([np.array([[0.5], [-1.0], [1.0], [1.0]])])
    # A^1 = (1, 3), A^2 = (2, 6), of the sums 4 and 8; g^1 = (0.5, 1), g^2 = (-1, 1)
    # w_1 = 0.5 / (2 + 4 * 0.5) + 1 / (2 + 4 * 1) = 7 / 24, w_2 = 1 / (2 + 8 * 1) = 1 / 10
    maps = GradCAMPlusPlus(model)(np.array([[[[1.0], [3.0]]]]))
    np.testing.assert_allclose(maps[0, 0, :, 0], [7 / 24 + 2 / 10, 3 * 7 / 24 + 6 / 10], rtol=1e-6)


@pytest.mark.parametrize("size", [1e4, 1, 1e-4, 1e-12, 1e-20, 1e-30])
@pytest.mark.parametrize("spatial", [(5,), (3, 4), (2, 3, 4)])
def test_equals_the_formula_whatever_the_size_of_gradients(size, spatial, rng):
    activations = np.maximum(rng.normal(size=(4, *spatial, 6)), 0).astype("float32")
    gradients = (size * rng.normal(size=activations.shape)).astype("float32")
    gradients[:, :1] = 0
    wanted = np.stack([formula(*pair) for pair in zip(activations, gradients)])
    maps = GradCAMPlusPlus.combine(tf.constant(activations), tf.constant(gradients)).numpy()
    assert all(one.max() > 0 for one in wanted)
    np.testing.assert_allclose(maps, wanted, rtol=2e-6, atol=1e-6 * wanted.max())


def test_a_share_without_a_denominator_is_zero():
    # the channel's sum is -2: the gradient 1 makes 2 - 2 = 0, of which nothing remains; 0.5 counts 0.5 / (2 - 1) = 0.5
    activations, gradients = tf.constant([[[1.0], [-3.0]]]), tf.constant([[[1.0], [0.5]]])
    assert GradCAMPlusPlus.combine(activations, gradients).numpy().tolist() == [[[0.5], [0.0]]]


@pytest.mark.parametrize("logit", [0, 1000])
def test_equals_a_tape_on_the_sub_model_however_large_the_logit(logit, images):
    model = build("functional")
    kernel, bias = model.get_layer("logits").get_weights()
    model.get_layer("logits").set_weights([kernel, bias + logit])
    sub_model = keras.Model(model.inputs, [model.get_layer("conv1").output, model.output])
    with tf.GradientTape() as tape:
        activations, scores = sub_model(images)
        score = scores[:, 2]
    gradients = tape.gradient(score, activations).numpy()
    wanted = np.stack([formula(*pair) for pair in zip(activations.numpy(), gradients)])
    maps = GradCAMPlusPlus(model, "conv1", resize=False)(images, 2)
    assert all(one.max() > 0 for one in wanted)
    np.testing.assert_allclose(maps, wanted, atol=1e-5 * wanted.max())


def test_is_known_from_the_weights_behind_global_pooling(images):
    model = build("functional")
    weights = np.maximum(model.get_layer("logits").get_weights()[0][:, 2], 0)
    features = keras.Model(model.inputs, model.get_layer("last").output)(images).numpy()
    wanted = (features * weights / (2 + weights * features.mean((1, 2), keepdims=True))).sum(-1, keepdims=True)
    assert (weights > 0).sum() > 1
    np.testing.assert_allclose(GradCAMPlusPlus(model, resize=False)(images, 2), wanted, rtol=1e-4, atol=1e-6)


def test_scaling_a_channel_and_the_weights_behind_it_changes_nothing(images):
    def explained(scale):
        keras.utils.set_random_seed(5)
        first, second = layers.Conv2D(4, 3, activation="relu", name="tap"), layers.Conv2D(3, 3, activation="relu")
        model = keras.Sequential([keras.Input(images.shape[1:]), first, second, layers.Flatten(), layers.Dense(2)])
        kernel, bias = first.get_weights()
        first.set_weights([kernel * scale, bias * scale])
        kernel, bias = second.get_weights()
        second.set_weights([kernel / scale[:, None], bias])
        return GradCAMPlusPlus(model, "tap")(images, 1)

    wanted = explained(np.ones(4))
    assert wanted.max() > 0
    np.testing.assert_allclose(
        explained(np.array([8.0, 0.01, 1.0, 300.0])), wanted, rtol=1e-3, atol=1e-5 * wanted.max()
    )
