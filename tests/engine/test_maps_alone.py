"""Maps of given classes without the forward pass: equal to those with it, where nothing else of it is needed."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import DeconvNet, GuidedBackprop, ModelError
from keras_explain.engine.maps_alone import maps_alone
from tests.networks import SHAPE

FORWARD = {"Conv2D", "DepthwiseConv2dNative", "AvgPool", "Relu6", "Softmax"}


class Tiles(layers.Layer):
    """Puts the quarters of each image into the batch, and what follows is computed of each by itself."""

    def call(self, x):
        _, height, width, channels = x.shape
        x = tf.transpose(tf.reshape(x, (-1, 2, height // 2, 2, width // 2, channels)), (0, 1, 3, 2, 4, 5))
        return tf.reshape(x, (-1, height // 2, width // 2, channels))


class Together(layers.Layer):
    """Adds up what follows from each quarter of an image."""

    def call(self, x):
        return tf.reduce_sum(tf.reshape(x, (-1, 4, x.shape[-1])), axis=1)


class Asserting(layers.Layer):
    """Refuses images with values above 100, as a model may."""

    def call(self, x):
        with tf.control_dependencies([tf.debugging.assert_less_equal(x, 100.0)]):
            return tf.identity(x)


def network(first=None, last=None, beyond=None):
    """A residual network of all kinds of layers, and others at three places in it."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input(SHAPE)
    x = inputs if first is None else first(inputs)
    x = layers.ZeroPadding2D()(layers.Conv2D(4, 3, strides=2, activation="relu")(x))
    y = layers.DepthwiseConv2D(3, padding="same")(layers.BatchNormalization()(x))
    x = layers.ReLU(6.0)(layers.Add()([x, y]))
    x = layers.Concatenate()([x, layers.AveragePooling2D(3, strides=1, padding="same")(x)])
    x = layers.Conv2D(6, 2, activation="relu")(x)
    x = x if last is None else last(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = x if beyond is None else beyond(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax")(x))


def alone(explainer):
    return maps_alone(explainer.compiled.traced(), explainer.compiled.signature)


def test_maps_of_given_classes_need_no_forward_pass(images):
    explainer, targets = DeconvNet(network()), [4, 0, 1, 2, 3, 4]
    wanted = explainer(images, targets)
    operations = alone(explainer).get_concrete_function().graph.get_operations()
    assert np.ptp(wanted) > 0 and FORWARD.isdisjoint(operation.type for operation in operations)
    for count in (6, 1, 4):
        np.testing.assert_array_equal(explainer(images[:count], targets[:count]), wanted[:count])
    np.testing.assert_array_equal(explainer(images), explainer(images, explainer.targets(images)))


def test_they_are_those_of_the_weights_as_they_are_now(images):
    model = network()
    explainer = DeconvNet(model)
    before = explainer(images, 1), explainer(images, 1)
    model.set_weights([2 * weight for weight in model.get_weights()])
    assert np.array_equal(*before) and not np.array_equal(explainer(images, 1), before[1])
    np.testing.assert_array_equal(explainer(images, 1), DeconvNet(model)(images, 1))


@pytest.mark.parametrize(
    ("method", "others"),
    [
        (GuidedBackprop, {}),
        (DeconvNet, {"last": layers.MaxPooling2D(2)}),
        (DeconvNet, {"first": Tiles(), "beyond": Together()}),
        (DeconvNet, {"first": Asserting()}),
    ],
)
def test_where_it_is_needed_it_is_run(method, others, images):
    explainer = method(network(**others))
    wanted = explainer(images, 1)
    assert alone(explainer) is None and np.ptp(wanted) > 0
    np.testing.assert_array_equal(explainer(images, 1), wanted)


def test_what_the_model_refuses_it_refuses_each_time(images):
    explainer = DeconvNet(network(first=Asserting()))
    explainer(images, 1), explainer(images, 1)
    with pytest.raises(tf.errors.InvalidArgumentError, match="assertion failed"):
        explainer(images + 200, 1)


def test_outputs_are_held_against_what_they_are_taken_for_before(images):
    model = keras.Sequential(
        [keras.Input(SHAPE), layers.Conv2D(4, 3, activation="relu"), layers.Flatten(), layers.Dense(3)]
    )
    model.layers[-1].set_weights([np.zeros((560, 3)), np.full(3, 1 / 3)])
    explainer = DeconvNet(model)
    for _ in range(2):
        with pytest.raises(ModelError, match="expected an output of logits"):
            explainer(images, 1)
