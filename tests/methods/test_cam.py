import keras
import numpy as np
import pytest
from keras import layers

from keras_explain import CAM, GradCAM, MethodError
from keras_explain.methods.cam import cam
from tests.networks import FORMS, build


def test_computed_by_hand():
    dense = layers.Dense(2)
    model = keras.Sequential([keras.Input((1, 2, 2)), layers.GlobalAveragePooling2D(), dense])
    dense.set_weights([np.array([[1.0, 0.0], [2.0, -1.0]]), np.array([5.0, 5.0])])
    image = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    # class 0: 1*1 + 2*2 = 5 and 1*3 + 2*4 = 11; class 1: -2 and -4: signed, and without the bias
    assert CAM(model)(image, 0).tolist() == [[[[5.0], [11.0]]]]
    assert CAM(model)(image, 1).tolist() == [[[[-2.0], [-4.0]]]]


def test_mathematics_by_hand():
    activations = np.array([[[1.0, 2.0], [3.0, 4.0]]], "float32")
    assert cam(activations, np.array([[10.0, 1.0]], "float32")).numpy().tolist() == [[[12.0], [34.0]]]


@pytest.mark.parametrize("form", FORMS)
def test_its_mean_and_the_bias_are_the_logit(form, images):
    model = build("functional")
    bias = model.get_layer("logits").get_weights()[1]
    maps = CAM(build(form), resize=False)(images, 2)
    np.testing.assert_allclose(maps.mean((1, 2, 3)) + bias[2], model(images)[:, 2], atol=1e-5)


@pytest.mark.parametrize("form", FORMS)
def test_its_positive_part_is_grad_cam_times_the_number_of_places(form, images):
    model = build(form)
    maps, wanted = CAM(model, resize=False)(images), GradCAM(model, resize=False)(images)
    assert maps.shape == (6, 6, 8, 1)
    np.testing.assert_allclose(np.maximum(maps, 0), 6 * 8 * wanted, atol=1e-5 * np.abs(maps).max())


def test_of_a_network_that_pools_its_class_scores_is_the_classs_own_channel(images):
    model = keras.Sequential([keras.Input((12, 16, 3)), layers.GlobalAveragePooling2D(), layers.Softmax()])
    np.testing.assert_allclose(CAM(model)(images, 2)[..., 0], images[..., 2], atol=1e-6)


def test_another_head_is_refused():
    model = keras.Sequential([keras.Input((12, 16, 3)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(3)])
    with pytest.raises(MethodError, match="flattened without any pooling; use GradCAM"):
        CAM(model)
