"""Running again what a patch changes gives the scores of a forward pass a patch."""

import keras
import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from keras import layers, ops

from tests.methods.occlusion.comparison import assert_parts_give_the_same, between_convolutions, kinds_by_parts

SHAPE = (21, 26, 3)


def conv(x, *arguments, **options):
    return layers.Conv2D(*arguments, **options)(x)


LAYERS = {
    "conv": lambda x: conv(x, 4, 3, padding="same"),
    "conv_valid": lambda x: conv(x, 4, (2, 4), activation="relu"),
    "conv_strided": lambda x: conv(x, 5, 3, strides=2, padding="same"),
    "conv_sparse": lambda x: conv(x, 5, 1, strides=2),
    "conv_dilated": lambda x: conv(x, 4, 3, dilation_rate=2, padding="same"),
    "depthwise": lambda x: layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2)(x),
    "separable": lambda x: layers.SeparableConv2D(6, 3, strides=2, padding="same")(x),
    "norm": lambda x: layers.ReLU(max_value=6)(layers.BatchNormalization()(x)),
    "norm_scaleless": lambda x: layers.BatchNormalization(scale=False, center=False)(x),
    "leaky": lambda x: layers.LeakyReLU(0.1)(x),
    "prelu": lambda x: layers.PReLU(alpha_initializer="random_normal")(x),
    "swish": lambda x: layers.Activation("silu")(x),
    "gelu": lambda x: layers.Activation("gelu")(x),
    "hard_swish": lambda x: layers.Activation("hard_silu")(x),
    "channel_softmax": lambda x: layers.Softmax()(x),
    "max_pool": lambda x: layers.MaxPooling2D(3, 2, "same")(x),
    "max_pool_negative": lambda x: layers.MaxPooling2D(3, 1, "same")(-ops.abs(x) - 1),
    "average_pool": lambda x: layers.AveragePooling2D(3, 2, "same")(x),
    "average_pool_valid": lambda x: layers.AveragePooling2D((2, 3))(x),
    "pad": lambda x: conv(layers.ZeroPadding2D(((1, 2), (0, 3)))(x), 4, 3, strides=2),
    "pad_value": lambda x: ops.pad(x, ((0, 0), (2, 1), (1, 0), (0, 0)), constant_values=0.5),
    "add": lambda x: layers.Add()([x, conv(x, x.shape[-1], 5, padding="same")]),
    "subtract": lambda x: layers.Subtract()([conv(x, 3, (1, 5), padding="same"), conv(x, 3, (5, 1), padding="same")]),
    "multiply_by_a_map": lambda x: layers.Multiply()([x, conv(x, 1, 3, padding="same", activation="sigmoid")]),
    "concatenate": lambda x: layers.Concatenate()([conv(x, 2, 1), layers.MaxPooling2D(3, 1, "same")(x), x]),
    "dropout": lambda x: layers.Dropout(0.5)(x),
    "constants": lambda x: 2 - x / 3,
    "times_a_constant_map": lambda x: x * np.random.rand(1, *x.shape[1:3], 1).astype("float32"),
    "squeeze_and_excite": lambda x: x * conv(layers.GlobalAveragePooling2D(keepdims=True)(x), x.shape[-1], 1),
    "resized": lambda x: layers.UpSampling2D(2)(x),
    "transposed": lambda x: layers.Permute((2, 1, 3))(x),
}
SHRINKING = {"conv_strided", "conv_sparse", "separable", "max_pool", "average_pool", "average_pool_valid", "pad"}


def network(kinds, nest=False):
    """Returns a model of layers between two convolutions."""

    def body(x):
        for kind in kinds:
            if nest:
                inner = keras.Input(x.shape[1:])
                x = keras.Model(inner, LAYERS[kind](inner))(x)
            else:
                x = LAYERS[kind](x)
        return x

    return between_convolutions(SHAPE, body)


@pytest.fixture
def pictures(rng):
    return rng.normal(size=(2, *SHAPE)).astype("float32")


# Layers that mix the whole map, or move its places.
WHOLE = {"squeeze_and_excite", "resized", "transposed"}


@pytest.mark.parametrize("kind", LAYERS)
def test_every_kind_of_layer(kind, pictures):
    model = network([kind])
    fill = pictures.mean((1, 2))
    plan = assert_parts_give_the_same(model, pictures, (3, 4), (2, 3), fill, batch_size=17)
    assert kinds_by_parts(plan).count("Conv2D") >= (1 if kind in WHOLE else 2)


@settings(max_examples=10, deadline=None, derandomize=True, phases=[Phase.generate])
@given(
    st.lists(st.sampled_from(list(LAYERS)), min_size=2, max_size=4),
    st.booleans(),
    st.tuples(st.integers(1, 8), st.integers(1, 8)),
)
def test_random_networks(kinds, nest, patch):
    kinds = [kind for place, kind in enumerate(kinds) if kind not in SHRINKING & set(kinds[:place])]
    pictures = np.random.default_rng(len(kinds)).normal(size=(1, *SHAPE)).astype("float32")
    stride = tuple(-(-2 * side // 3) for side in patch)
    assert_parts_give_the_same(network(kinds, nest), pictures, patch, stride, np.zeros((1, 3), np.float32))
