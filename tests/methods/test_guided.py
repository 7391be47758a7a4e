"""Guided backpropagation, deconvnet and Guided Grad-CAM."""

import keras
import numpy as np
import pytest
from keras import layers

from keras_explain import DeconvNet, GradCAM, GuidedBackprop, GuidedGradCAM, MethodError, Saliency
from tests.networks import build, linear


def by_hand():
    """`h = (x, -x)`, ReLU, then `f_0 = a_1 + 2 a_2` and `f_1 = -a_1 - 2 a_2` at each of two places."""
    convolution, dense = layers.Conv1D(2, 1, use_bias=False), layers.Dense(2, use_bias=False)
    model = keras.Sequential([keras.Input((2, 1)), convolution, layers.ReLU(), layers.Flatten(), dense])
    convolution.set_weights([np.array([[[1.0, -1.0]]])])
    dense.set_weights([np.array([[1.0, -1.0], [2.0, -2.0], [1.0, -1.0], [2.0, -2.0]])])
    return model, np.array([[[3.0], [-4.0]]])


def test_computed_by_hand():
    model, image = by_hand()
    # class 0, guided: x = 3 passes 1 through a_1; x = -4 passes 2 through a_2, which is -x
    assert GuidedBackprop(model)(image, 0)[0, :, 0].tolist() == [1, -2]
    # class 0, deconvnet: both channels pass, 1 - 2, whatever was active
    assert DeconvNet(model)(image, 0)[0, :, 0].tolist() == [-1, -1]
    # class 1: the signal is negative everywhere
    assert GuidedBackprop(model)(image, 1)[0, :, 0].tolist() == [0, 0]
    assert DeconvNet(model)(image, 1)[0, :, 0].tolist() == [0, 0]


def test_guided_grad_cam_by_hand():
    model, image = by_hand()
    # A = ReLU(h) = (3, 0) and (0, 4), a = (1, 2): L = 3 and 8
    assert GuidedGradCAM(model)(image, 0)[0, :, 0].tolist() == [3, -16]


def test_equal_where_everything_is_active(images):
    model = build("functional")
    model.set_weights([np.abs(weights) for weights in model.get_weights()])
    model.get_layer("norm").set_weights([np.ones(5), np.zeros(5), np.full(5, -1e3), np.ones(5)])
    positive = np.abs(images)
    wanted = Saliency(model, magnitude=None)(positive, 1)
    assert np.abs(wanted).max() > 0
    for explainer in (GuidedBackprop, DeconvNet):
        np.testing.assert_allclose(explainer(model)(positive, 1), wanted, rtol=1e-5)


@pytest.mark.parametrize("explainer", [GuidedBackprop, DeconvNet, GuidedGradCAM])
def test_a_linear_model_is_refused(explainer, rng):
    with pytest.raises(MethodError):
        explainer(linear(rng.normal(size=(3, 4, 2, 2))))


def test_guided_differs_from_the_gradient_in_a_nested_backbone(images):
    model = build("nested")
    assert np.abs(GuidedBackprop(model)(images) - Saliency(model, magnitude=None)(images)).max() > 1e-3


def test_guided_grad_cam_is_the_product(images):
    model = build("nested")
    maps = GuidedGradCAM(model, "backbone/conv2")(images, 2)
    wanted = GuidedBackprop(model)(images, 2) * GradCAM(model, "backbone/conv2")(images, 2)
    np.testing.assert_allclose(maps, wanted, rtol=1e-4, atol=1e-8)
    assert GuidedGradCAM(model).layer == "backbone/last"
