import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import GradientTimesInput, Saliency
from tests.networks import SHAPE


def test_mathematics_by_hand():
    model = keras.Sequential([keras.Input((1, 2, 1)), layers.Flatten(), layers.Dense(2, use_bias=False)])
    model.set_weights([np.array([[2.0, 0.5], [-3.0, 1.0]])])
    explainer = GradientTimesInput(model)
    image = np.array([[[[5.0], [-1.0]]]])
    assert explainer(image, 0).ravel().tolist() == [2 * 5, -3 * -1]
    assert explainer.combine(tf.constant([4, 7], tf.float16), tf.constant([0.5, -2.0])).numpy().tolist() == [2, -14]


@pytest.mark.parametrize("pool", [layers.MaxPooling2D(2), layers.AveragePooling2D(2)])
def test_sums_to_the_logit_of_a_network_of_relus_without_biases(pool, images):
    convolutions = [layers.Conv2D(count, 3, activation="relu", use_bias=False) for count in (4, 5)]
    chain = [convolutions[0], pool, convolutions[1], layers.Flatten(), layers.Dense(3, use_bias=False)]
    model = keras.Sequential([keras.Input(SHAPE), *chain, layers.Softmax()])
    logits = keras.Sequential(model.layers[:-1])(images).numpy()
    for target in range(3):
        maps = GradientTimesInput(model)(images, target)
        assert maps.min() < 0 < maps.max()
        np.testing.assert_allclose(maps.sum((1, 2, 3)), logits[:, target], rtol=1e-4, atol=1e-5)


def test_sums_to_the_logit_less_the_bias_of_a_linear_model(images, rng):
    dense = layers.Dense(3)
    model = keras.Sequential([keras.Input(SHAPE), layers.Flatten(), dense])
    dense.set_weights([dense.get_weights()[0], rng.normal(size=3)])
    maps = GradientTimesInput(model)(images, 1)
    wanted = model(images).numpy()[:, 1] - dense.get_weights()[1][1]
    np.testing.assert_allclose(maps.sum((1, 2, 3)), wanted, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(maps, images * Saliency(model, magnitude=None)(images, 1), rtol=1e-6)
