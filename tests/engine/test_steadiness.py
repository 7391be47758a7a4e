import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import keras_explain as kx


class Always(layers.Layer):
    """A layer in training, at inference as well."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def call(self, x):
        return self.layer(x, training=True)


class Counting(layers.Layer):
    """Counts its calls, in a variable of Keras and in one of TensorFlow, by which it scales."""

    def __init__(self):
        super().__init__()
        self.own = self.add_weight(shape=(), initializer="zeros", trainable=False)
        self.plain = tf.Variable(0.0, trainable=False)

    def call(self, x):
        self.own.assign(self.own + 1)
        self.plain.assign_add(1.0)
        return x * (self.own + self.plain)


def network(layer):
    chain = [layers.Conv2D(4, 3), layer, layers.ReLU(), layers.GlobalAveragePooling2D(), layers.Dense(3)]
    return keras.Sequential([keras.Input((8, 8, 3)), *chain])


@pytest.fixture
def images():
    return np.random.default_rng(0).random((4, 8, 8, 3), "float32")


UNSTEADY = {
    "dropout": (lambda: layers.Dropout(0.5), "random at inference"),
    "noise": (lambda: layers.GaussianNoise(0.5), "random at inference"),
    "flip": (lambda: layers.RandomFlip(), "random at inference"),
    "batch statistics": (lambda: layers.BatchNormalization(), "mixes the images"),
}


@pytest.mark.parametrize("what", UNSTEADY)
def test_it_is_told_once_and_the_state_stays(what, images):
    make, told = UNSTEADY[what]
    model = network(Always(make()))
    model(images)
    before = [np.copy(variable) for variable in model.variables]
    with pytest.warns(kx.ExplainWarning, match=told):
        explainer = kx.Saliency(model)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        maps = explainer(images, 1)
        np.testing.assert_array_equal(explainer(images, 1), maps)
    for variable, value in zip(model.variables, before):
        np.testing.assert_array_equal(variable, value)


@pytest.mark.parametrize("explainer", [kx.Saliency, kx.Occlusion, kx.GradCAM, kx.ClassVisualization])
def test_what_a_model_counts_is_as_before(explainer, images):
    counting = Counting()
    model = network(counting)
    model(images)
    made = explainer(model, **({"method": "plain"} if explainer is kx.Occlusion else {}))
    made(1, seed=0) if explainer is kx.ClassVisualization else made(images, 1)
    assert float(counting.own) == float(counting.plain) == 1


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("layer", [layers.Dropout(0.5), layers.BatchNormalization(), layers.GroupNormalization(2)])
def test_ordinary_layers_are_steady(layer):
    kx.Saliency(network(layer))


@pytest.mark.filterwarnings("error")
def test_numbers_drawn_by_a_constant_seed_are_no_chance():
    noise = layers.Lambda(lambda x: x + tf.random.stateless_normal(tf.shape(x)[1:], [1, 2]))
    kx.Saliency(network(noise))
