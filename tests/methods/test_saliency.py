import numpy as np
import pytest
import tensorflow as tf

from keras_explain import OptionError, Saliency
from tests.networks import build, linear


def test_of_a_linear_model_is_its_squared_weights(rng):
    weights = rng.normal(size=(3, 5, 2, 4)).astype("float32")
    images = rng.normal(size=(2, 3, 5, 2))
    maps = Saliency(linear(weights))(images, target=[3, 1])
    np.testing.assert_allclose(maps, np.stack([weights[..., 3] ** 2, weights[..., 1] ** 2]), rtol=1e-5)
    np.testing.assert_allclose(
        Saliency(linear(weights), magnitude="abs")(images, 2)[0], np.abs(weights[..., 2]), rtol=1e-5
    )
    np.testing.assert_allclose(Saliency(linear(weights), magnitude=None)(images, 2)[1], weights[..., 2], rtol=1e-5)


def test_is_the_squared_gradient_of_the_logit(images):
    model = build("functional")
    with tf.GradientTape() as tape:
        x = tf.constant(images)
        tape.watch(x)
        score = model(x)[:, 3]
    np.testing.assert_allclose(
        Saliency(build("softmax_layer"))(images, 3), tape.gradient(score, x) ** 2, rtol=1e-4, atol=1e-8
    )


def test_unknown_magnitude_is_refused():
    with pytest.raises(OptionError, match="square"):
        Saliency(build("functional"), magnitude="cube")
