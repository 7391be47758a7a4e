import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import GradCAM, HiResCAM, XGradCAM
from tests.networks import build


def test_computed_by_hand():
    tap, dense = layers.Conv2D(2, 1, use_bias=False, name="tap"), layers.Dense(1, use_bias=False)
    model = keras.Sequential([keras.Input((1, 2, 1)), tap, layers.Flatten(), dense])
    tap.set_weights([np.array([1.0, 2.0]).reshape(1, 1, 1, 2)])
    dense.set_weights([np.array([[2.0], [-1.0], [6.0], [-3.0]])])
    # F^1 = (1, 3), g^1 = (2, 6): w_1 = (2 + 18) / 4 = 5; F^2 = (2, 6), g^2 = (-1, -3): w_2 = (-2 - 18) / 8 = -2.5
    maps = XGradCAM(model)(np.array([[[[1.0], [3.0]]]]))
    assert maps[0, 0, :, 0].tolist() == [5 * 1 - 2.5 * 2, 5 * 3 - 2.5 * 6]


def test_mathematics_by_hand():
    activations, gradients = tf.constant([[[[1.0, 2.0], [3.0, -1.0]]]]), tf.constant([[[[2.0, -9.0], [1.0, 4.0]]]])
    # w = ((2 + 3) / 4, (-18 - 4) / 1): 1.25 - 44 = -42.75, and 3.75 + 22 = 25.75: signed
    assert XGradCAM.combine(activations, gradients).numpy().tolist() == [[[[-42.75], [25.75]]]]


def test_a_channel_whose_sum_is_zero_has_no_weight():
    activations, gradients = tf.constant([[[0.0, 1.0, 2.0], [0.0, -1.0, 2.0]]]), tf.ones((1, 2, 3))
    assert XGradCAM.combine(activations, gradients).numpy().tolist() == [[[2.0], [2.0]]]


@pytest.mark.parametrize("spatial", [(5,), (3, 4), (2, 3, 4)])
def test_equals_the_formula(spatial, rng):
    activations = rng.exponential(size=(4, *spatial, 6)).astype("float32")
    gradients = rng.normal(size=activations.shape).astype("float32")
    for maps, f, g in zip(XGradCAM.combine(tf.constant(activations), tf.constant(gradients)), activations, gradients):
        weights = [(g[..., k] * f[..., k] / f[..., k].sum()).sum() for k in range(6)]
        np.testing.assert_allclose(maps[..., 0], sum(w * f[..., k] for k, w in enumerate(weights)), atol=1e-5)


@pytest.mark.parametrize("target", [0, 1, 2])
def test_sum_and_bias_are_the_logit_of_a_flattened_head(target, images, rng):
    dense = layers.Dense(3)
    chain = [layers.Conv2D(4, 3, activation="relu"), layers.Conv2D(5, 3, activation="relu"), layers.Flatten(), dense]
    model = keras.Sequential([keras.Input((12, 16, 3)), *chain])
    dense.set_weights([dense.get_weights()[0], rng.normal(size=3)])
    maps = XGradCAM(model, resize=False)(images, target)
    logits = model(images).numpy()[:, target]
    np.testing.assert_allclose(maps.sum((1, 2, 3)) + dense.get_weights()[1][target], logits, rtol=1e-4, atol=1e-5)
    assert np.abs(maps - HiResCAM(model, resize=False)(images, target)).max() > 0.01


def test_is_hires_cam_and_grad_cam_behind_its_relu_behind_global_pooling(images):
    model = build("functional")
    maps = XGradCAM(model, resize=False)(images, 2)
    assert maps.min() < 0 < maps.max()
    np.testing.assert_allclose(maps, HiResCAM(model, resize=False)(images, 2), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(np.maximum(maps, 0), GradCAM(model, resize=False)(images, 2), rtol=1e-4, atol=1e-6)
