import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import CAM, GradCAM, HiResCAM
from tests.networks import build


def test_mathematics_by_hand():
    activations, gradients = tf.constant([[[[1.0, 2.0], [3.0, -1.0]]]]), tf.constant([[[[2.0, -9.0], [1.0, 4.0]]]])
    # 2 * 1 - 9 * 2 = -16, and 1 * 3 + 4 * -1 = -1: signed
    assert HiResCAM.combine(activations, gradients).numpy().tolist() == [[[[-16.0], [-1.0]]]]


@pytest.mark.parametrize("target", [0, 1, 2])
def test_sum_and_bias_are_the_logit_of_a_flattened_head(target, images, rng):
    dense = layers.Dense(3)
    chain = [layers.Conv2D(4, 3, activation="relu"), layers.Conv2D(5, 3, activation="relu"), layers.Flatten(), dense]
    model = keras.Sequential([keras.Input((12, 16, 3)), *chain])
    dense.set_weights([dense.get_weights()[0], rng.normal(size=3)])
    maps = HiResCAM(model, resize=False)(images, target)
    logits = model(images).numpy()[:, target]
    assert maps.shape == (6, 8, 12, 1) and maps.min() < 0 < maps.max()
    np.testing.assert_allclose(maps.sum((1, 2, 3)) + dense.get_weights()[1][target], logits, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("form", ["functional", "nested", "subclassed"])
def test_is_cam_by_its_number_of_places_and_grad_cam_behind_its_relu(form, images):
    model = build(form)
    maps = HiResCAM(model, resize=False)(images, 2)
    places = maps.shape[1] * maps.shape[2]
    assert maps.min() < 0 < maps.max()
    np.testing.assert_allclose(maps * places, CAM(model, resize=False)(images, 2), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(np.maximum(maps, 0), GradCAM(model, resize=False)(images, 2), rtol=1e-4, atol=1e-7)


def test_equals_a_tape_on_the_sub_model(images):
    model = build("functional")
    sub_model = keras.Model(model.inputs, [model.get_layer("conv1").output, model.output])
    with tf.GradientTape() as tape:
        activations, scores = sub_model(images)
        score = scores[:, 2]
    wanted = (tape.gradient(score, activations) * activations).numpy().sum(-1, keepdims=True)
    maps = HiResCAM(model, "conv1", resize=False)(images, 2)
    np.testing.assert_allclose(maps, wanted, atol=1e-6 * np.abs(wanted).max())
