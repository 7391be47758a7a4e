"""Networks that take their channels first by parts: the scores are those of a forward pass a patch."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from keras_explain import Occlusion
from tests.methods.occlusion.comparison import assert_parts_give_the_same, kinds_by_parts, randomized

FIRST = {"data_format": "channels_first"}
raw = tf.raw_ops


def conv(x, filters, size, **options):
    return getattr(layers, f"Conv{len(x.shape) - 2}D")(filters, size, **FIRST, **options)(x)


# Of each kind a body and how many convolutions are computed by parts, those around it included.
KINDS = {
    "conv": (lambda x: conv(x, 4, 3, padding="same", activation="relu"), 3),
    "conv_strided": (lambda x: conv(x, 5, (3, 2), strides=(1, 2)), 3),
    "conv_dilated": (lambda x: conv(x, 4, 3, dilation_rate=(2, 3), padding="same"), 2),
    "depthwise_dilated": (lambda x: layers.DepthwiseConv2D(3, dilation_rate=2, **FIRST)(x), 2),
    "depthwise": (lambda x: layers.DepthwiseConv2D(3, padding="same", **FIRST)(x), 2),
    "separable": (lambda x: layers.SeparableConv2D(6, 3, strides=2, padding="same", **FIRST)(x), 3),
    "norm": (lambda x: layers.ReLU(max_value=6)(layers.BatchNormalization(axis=1)(x)), 2),
    "prelu": (lambda x: layers.PReLU(alpha_initializer="random_normal", shared_axes=(2, 3))(x), 2),
    "weights_of_places": (lambda x: layers.PReLU(alpha_initializer="random_normal")(x), 2),
    "swish": (lambda x: layers.Activation("silu")(x), 2),
    "max_pool": (lambda x: layers.MaxPooling2D(3, 2, "same", **FIRST)(x), 2),
    "average_pool": (lambda x: layers.AveragePooling2D(3, 2, "same", **FIRST)(x), 2),
    "pad": (lambda x: layers.ZeroPadding2D(((1, 2), (0, 3)), **FIRST)(x), 2),
    "pad_value": (lambda x: ops.pad(x, ((0, 0), (0, 0), (2, 1), (1, 0)), constant_values=0.5), 2),
    "add": (lambda x: layers.Add()([x, conv(x, x.shape[1], 5, padding="same")]), 3),
    "concatenate": (lambda x: layers.Concatenate(axis=1)([conv(x, 2, 1), x]), 3),
    "constants": (lambda x: 2 - x / 3, 2),
    "a_row_of_weights": (lambda x: x * np.linspace(1, 2, x.shape[3]).astype("float32"), 1),
    "padded_channels": (lambda x: -ops.pad(x, ((0, 0), (1, 0), (0, 0), (0, 0))), 1),
    "explicit_padding": (
        lambda x: layers.Lambda(
            lambda x: tf.nn.conv2d(x, tf.ones((2, 3, 4, 2)), 1, [[0, 0], [0, 0], [1, 2], [0, 1]], "NCHW")
        )(x),
        3,
    ),
    "fused_norm": (
        lambda x: layers.Lambda(
            lambda x: raw.FusedBatchNormV3(
                x=x, scale=[1.0, 2, 3, 4], offset=[1.0] * 4, mean=[0.5] * 4, variance=[2.0] * 4,
                data_format="NCHW", is_training=False,
            )[0]
        )(x),
        2,
    ),
    # What goes along the channels or other axes is computed of the maps as they were.
    "softmax_of_columns": (lambda x: layers.Softmax()(x), 1),
    "channel_softmax": (lambda x: layers.Softmax(axis=1)(x), 1),
    "squeeze_and_excite": (lambda x: x * conv(layers.GlobalAveragePooling2D(keepdims=True, **FIRST)(x), 4, 1), 1),
    "resized": (lambda x: layers.UpSampling2D(2, **FIRST)(x), 1),
    "columns_joined": (lambda x: layers.Concatenate(axis=3)([x, x]), 1),
    "places_taken_for_channels": (lambda x: ops.transpose(x, (0, 3, 1, 2)), 1),
}  # fmt: skip


def between_convolutions(shape, body):
    inputs = keras.Input(shape)
    x = conv(body(conv(inputs, 4, 3, padding="same")), 4, 1)
    return randomized(keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x))))


def images_of(shape, rng):
    return rng.normal(size=(2, *shape)).astype("float32")


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(kind, rng):
    body, parts = KINDS[kind]
    images = images_of((3, 18, 23), rng)
    plan = assert_parts_give_the_same(between_convolutions(images.shape[1:], body), images, 5, 3, images.mean((2, 3)))
    assert kinds_by_parts(plan).count("Conv2D") == parts


@pytest.mark.parametrize(("size", "patch"), [((83,), 4), ((15, 16, 18), (2, 3, 4))])
def test_series_and_volumes(size, patch, rng):
    axes = len(size)
    pool = getattr(layers, f"AveragePooling{axes}D")
    images = images_of((3, *size), rng)
    model = between_convolutions(images.shape[1:], lambda x: pool(3, 2, "same", **FIRST)(conv(x, 4, 3)))
    plan = assert_parts_give_the_same(model, images, patch, 2, images.mean(tuple(range(2, axes + 2))))
    assert kinds_by_parts(plan).count("Conv3D" if axes == 3 else "Conv2D") == 3


def test_dilated_series(rng):
    images = images_of((3, 83), rng)
    model = between_convolutions(images.shape[1:], lambda x: conv(x, 4, 3, dilation_rate=4))
    kinds = kinds_by_parts(assert_parts_give_the_same(model, images, 4, 3, images.mean(2)))
    assert kinds.count("Conv2D") == 2 and kinds.count("BatchToSpaceND") == 1


def test_another_input_is_left_as_it_is(rng):
    first, second = keras.Input((3, 24, 32)), keras.Input((4, 1, 1))
    x = conv(conv(first, 4, 3) * layers.Dense(1)(second), 4, 3)
    model = randomized(keras.Model([first, second], layers.Dense(3)(layers.Flatten()(x))))
    given = [images_of((3, 24, 32), rng), images_of((4, 1, 1), rng)]
    ways = ("incremental", "plain")
    maps, wanted = (Occlusion(model, patch=4, method=way, input=0)(given, 1) for way in ways)
    assert np.ptp(wanted) > 1e-3
    np.testing.assert_allclose(maps, wanted, atol=1e-4 * np.ptp(wanted))


def test_maps_are_those_of_the_plain_way_and_of_its_layers(rng):
    images = images_of((3, 96, 128), rng)
    model = between_convolutions(images.shape[1:], lambda x: layers.MaxPooling2D(2, **FIRST)(conv(x, 64, 3)))
    ways = {way: Occlusion(model, patch=8, stride=8, method=way) for way in ("incremental", "plain")}
    maps, wanted = (explainer(images, 1) for explainer in ways.values())
    assert np.ptp(wanted) > 1e-3
    np.testing.assert_allclose(maps, wanted, atol=1e-4 * np.ptp(wanted))
    assert ways["incremental"].plan.share < 0.8
    assert ways["incremental"].plan.dense in {layer.name for layer in model.layers}
