import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import GradCAM, LayerCAM, LayerError, OptionError
from keras_explain.maps import fitted
from keras_explain.methods.layer_cam import comparable
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


def test_fused_by_hand():
    fine, coarse = tf.constant([[1.0, 4.0, 0.0, 2.0], [0.0, 0.0, 0.0, 0.0]]), tf.constant([[3.0, 1.0], [5.0, 10.0]])
    # the finer one by tanh(2 M / max M), the coarser one by M / max M; each image by its own maximum, if it has any
    lifted, shares = comparable([fine[..., tf.newaxis], coarse[..., tf.newaxis]])
    wanted = np.tanh([[0.5, 2.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0]])
    np.testing.assert_allclose(lifted[..., 0], wanted, rtol=1e-6)
    np.testing.assert_allclose(shares[..., 0], [[1, 1 / 3], [0.5, 1]], rtol=1e-6)
    # of layers of one size none is shallow
    np.testing.assert_allclose(comparable([coarse[..., tf.newaxis]] * 2)[0][..., 0], shares[..., 0], rtol=1e-6)


@pytest.mark.parametrize("form", ["functional", "nested", "unknown_size"])
def test_fused_is_the_largest_of_what_each_layer_shows(form, images):
    model, prefix = build(form), "backbone/" if form == "nested" else ""
    explainer = LayerCAM(model, [f"{prefix}last", f"{prefix}conv1"])
    assert explainer.layer == f"{prefix}last + {prefix}conv1"
    coarse, fine = (LayerCAM(model, prefix + layer, resize=False)(images, 2) for layer in ("last", "conv1"))
    coarse, fine = (one / one.max((1, 2, 3), keepdims=True) for one in (coarse, fine))
    wanted = np.maximum(np.tanh(2 * fine), fitted(coarse, images.shape[1:3]))
    np.testing.assert_allclose(explainer(images, 2), wanted, rtol=1e-4, atol=1e-5)


def test_fused_is_the_same_for_a_score_of_any_size(images):
    model = build("functional")
    explainers = [
        LayerCAM(model, ["conv1", "last"], score=lambda outputs, target, scale=scale: scale * outputs[:, 2])
        for scale in (1, 1000)
    ]
    maps, scaled = (explainer(images) for explainer in explainers)
    assert 0.5 < maps.max() <= 1 and maps.min() >= 0
    np.testing.assert_allclose(scaled, maps, atol=1e-5)


def test_fused_is_alike_in_any_company_and_one_layer_in_a_list_is_that_layer(images):
    model = build("functional")
    explainer = LayerCAM(model, ["conv1", "last"], batch_size=4)
    np.testing.assert_allclose(explainer(images, 1)[5:], explainer(images[5:], 1), atol=1e-5)
    np.testing.assert_array_equal(LayerCAM(model, ["conv1"])(images, 1), LayerCAM(model, "conv1")(images, 1))


def test_layers_that_cannot_be_fused_are_refused():
    model = build("functional")
    with pytest.raises(OptionError, match="fused at the input's size"):
        LayerCAM(model, ["conv1", "last"], resize=False)
    for layers_ in ([], ["conv1", "conv3"], ["conv1", 7]):
        with pytest.raises(LayerError, match="expected"):
            LayerCAM(model, layers_)
    with pytest.raises(LayerError, match="expected layer= as a name"):
        GradCAM(model, ["conv1", "last"])
