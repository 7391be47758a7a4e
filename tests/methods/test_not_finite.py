import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import keras_explain as kx


@pytest.fixture(scope="module")
def model():
    """A network that divides by the norm of its features, which are zero for a black image."""
    chain = [
        layers.Conv2D(3, 3, activation="relu", bias_initializer=keras.initializers.Constant(-1e-6)),
        layers.GlobalAveragePooling2D(),
        layers.Lambda(lambda z: z / tf.norm(z, axis=-1, keepdims=True)),
        layers.Dense(2),
    ]
    return keras.Sequential([keras.Input((8, 8, 3)), *chain])


@pytest.fixture
def images():
    images = np.random.default_rng(0).random((3, 8, 8, 3), "float32")
    images[1] = 0
    return images


@pytest.mark.parametrize("key", ["grad_cam", "saliency", "occlusion", "guided_backprop"])
def test_the_image_is_named_once(key, model, images):
    explainer = kx.METHODS[key](model)
    with pytest.warns(kx.ExplainWarning, match=r"image 1 by .* is not finite \(1 of 3 images\)"):
        maps = explainer(images, 1)
    assert np.isfinite(maps[[0, 2]]).all()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        explainer(images, 1)


def test_explain_tells_for_each_method(model, images):
    with pytest.warns(kx.ExplainWarning) as told:
        kx.explain(model, images, 1, ["grad_cam", "occlusion"])
    told = [str(warning.message) for warning in told if "not finite" in str(warning.message)]
    assert len(told) == 2 and "by Grad-CAM" in "".join(told) and "by Occlusion" in "".join(told)
