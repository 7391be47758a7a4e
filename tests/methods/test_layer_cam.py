import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import GradCAM, LayerCAM
from tests.networks import build


def test_computed_by_hand():
    tap, dense = layers.Conv2D(2, 1, use_bias=False, name="tap"), layers.Dense(1, use_bias=False)
    model = keras.Sequential([keras.Input((1, 2, 1)), tap, layers.Flatten(), dense])
    tap.set_weights([np.array([1.0, -1.0]).reshape(1, 1, 1, 2)])
    dense.set_weights([np.array([[2.0], [1.0], [-3.0], [5.0]])])
    # A = (x, -x), g = (2, 1) at the first place and (-3, 5) at the second, of which the -3 counts as 0
    assert LayerCAM(model)(np.array([[[[3.0], [-4.0]]]]))[0, 0, :, 0].tolist() == [2 * 3 - 1 * 3, 5 * 4]
    # a negative sum is 0
    assert LayerCAM(model)(np.array([[[[-3.0], [4.0]]]]))[0, 0, :, 0].tolist() == [0, 0]


def test_mathematics_by_hand():
    activations, gradients = tf.constant([[[[1.0, 2.0], [3.0, -1.0]]]]), tf.constant([[[[2.0, -9.0], [1.0, 4.0]]]])
    # 2 * 1 + 0 * 2 = 2, and 1 * 3 + 4 * -1 < 0
    assert LayerCAM.combine(activations, gradients).numpy().tolist() == [[[[2.0], [0.0]]]]


@pytest.mark.parametrize("layer", ["conv1", "pool", "last"])
def test_equals_a_tape_on_the_sub_model(layer, images):
    model = build("functional")
    sub_model = keras.Model(model.inputs, [model.get_layer(layer).output, model.output])
    with tf.GradientTape() as tape:
        activations, scores = sub_model(images)
        score = scores[:, 0]
    gradients = np.maximum(tape.gradient(score, activations).numpy(), 0)
    wanted = np.maximum((gradients * activations.numpy()).sum(-1, keepdims=True), 0)
    assert wanted.max() > 0
    maps = LayerCAM(model, layer, resize=False)(images, 0)
    np.testing.assert_allclose(maps, wanted, atol=1e-6 * wanted.max())


def test_is_grad_cam_of_the_positive_channels_behind_global_pooling(images):
    model = build("functional")
    kernel, bias = model.get_layer("logits").get_weights()
    model.get_layer("logits").set_weights([np.abs(kernel), bias])
    maps = LayerCAM(model, resize=False)(images, 1)
    np.testing.assert_allclose(maps, GradCAM(model, resize=False)(images, 1), rtol=1e-5, atol=1e-7)
