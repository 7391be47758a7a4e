import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import GradCAM, LayerError
from tests.networks import build


def two_by_two():
    """`A^1 = x`, `A^2 = -x` on a 2x2 image, then one dense unit a class with weights that can be added by hand."""
    tap = layers.Conv2D(2, 1, use_bias=False, name="tap")
    dense = layers.Dense(2, use_bias=False)
    model = keras.Sequential([keras.Input((2, 2, 1)), tap, layers.Flatten(), dense])
    tap.set_weights([np.array([1.0, -1.0]).reshape(1, 1, 1, 2)])
    # rows: places (0,0) (0,1) (1,0) (1,1), each with A^1 and A^2
    dense.set_weights([np.array([[1, 0], [0, 1], [3, 0], [0, 1], [0, 0], [4, 1], [0, 0], [0, 1]], "float32")])
    return model


def test_computed_by_hand():
    image = np.array([[[[1.0], [-2.0]], [[3.0], [4.0]]]])
    # class 0: a_1 = (1 + 3) / 4 = 1, a_2 = 4 / 4 = 1, so that every place gives x - x = 0
    # class 1: a_1 = 0, a_2 = 4 / 4 = 1, so that every place gives ReLU(-x)
    explainer = GradCAM(two_by_two())
    assert explainer.layer == "tap"
    assert explainer(image, 0)[0, ..., 0].tolist() == [[0, 0], [0, 0]]
    assert explainer(image, 1)[0, ..., 0].tolist() == [[0, 2], [0, 0]]


def test_mathematics_by_hand():
    activations = np.array([[[[1.0, 2.0], [3.0, -1.0]]]], "float32")
    gradients = np.array([[[[2.0, 0.0], [0.0, -4.0]]]], "float32")
    # a = (1, -2): 1 * 1 - 2 * 2 < 0, and 1 * 3 - 2 * -1 = 5
    assert GradCAM.combine(tf.constant(activations), tf.constant(gradients)).numpy().tolist() == [[[[0.0], [5.0]]]]


@pytest.mark.parametrize("layer", ["conv1", "pool", "conv2", "norm", "last"])
def test_equals_a_tape_on_the_sub_model(layer, images):
    model = build("functional")
    sub_model = keras.Model(model.inputs, [model.get_layer(layer).output, model.output])
    with tf.GradientTape() as tape:
        activations, scores = sub_model(images)
        score = scores[:, 2]
    gradients = tape.gradient(score, activations).numpy()
    weights = gradients.mean((1, 2), keepdims=True)
    wanted = np.maximum((weights * activations.numpy()).sum(-1, keepdims=True), 0)
    maps = GradCAM(model, layer, resize=False)(images, 2)
    assert wanted.max() > 0
    np.testing.assert_allclose(maps, wanted, atol=1e-6 * wanted.max())
    resized = tf.image.resize(wanted, images.shape[1:3])
    np.testing.assert_allclose(GradCAM(model, layer)(images, 2), resized, atol=1e-6 * wanted.max())


def test_backward_pass_stops_at_the_layer(images):
    for layer, convolutions in (("last", 0), ("conv1", 1), ("norm", 0), (None, 0)):
        explainer = GradCAM(build("functional"), layer)
        graph = explainer.compiled.concrete([images]).graph
        assert sum(op.type == "Conv2DBackpropInput" for op in graph.get_operations()) == convolutions


def test_unknown_layer_is_refused_with_near_names():
    with pytest.raises(LayerError, match="did you mean 'backbone/conv2', 'backbone/conv1'"):
        GradCAM(build("nested"), "backbone/conv3")
