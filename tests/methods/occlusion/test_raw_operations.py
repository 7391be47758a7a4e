"""Operations that are written by hand, in all ways that TensorFlow allows: none is taken for what it isn't."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from keras import layers

from keras_explain import MethodError, Occlusion
from tests.methods.occlusion.comparison import assert_parts_give_the_same, between_convolutions, kinds_by_parts

SHAPE = (17, 20, 3)
NONE = [[0, 0], [0, 0]]
raw = tf.raw_ops


class Raw(layers.Layer):
    """Computes a function of TensorFlow's own operations."""

    def __init__(self, function):
        super().__init__()
        self._function = function

    def call(self, x):
        return self._function(x)


def drawn(*shape):
    return np.random.default_rng(1).normal(size=shape).astype("float32")


def convolved(x, kind="conv", size=(3, 2), stride=1, gap=1, **padding):
    """Returns a raw convolution of a kind, every attribute of it as given."""
    channels, strides = x.shape[-1], [1, stride, stride, 1]
    if kind == "depthwise":
        return raw.DepthwiseConv2dNative(input=x, filter=drawn(*size, channels, 1), strides=strides, **padding)
    kernel = drawn(*size, channels if kind == "conv" else 1, channels)
    return raw.Conv2D(input=x, filter=kernel, strides=strides, dilations=[1, gap, gap, 1], **padding)


def taken_apart(x, parts=(2, 2), again=None, before=(0, 0), after=(0, 0), crops=((0, 0), (0, 0)), **options):
    """Returns a map that is taken apart, convolved, and put together again, in the same way or another."""
    after = [end + -(size + start + end) % part for size, start, end, part in zip(x.shape[1:3], before, after, parts)]
    y = convolved(tf.space_to_batch(x, parts, list(zip(before, after))), **options)
    return tf.batch_to_space(y, again or parts, crops)


DILATED = {
    "no_padding": {},
    "padding": {"before": (2, 2), "after": (2, 3)},
    "other_parts_an_axis": {"parts": (2, 3), "before": (1, 3), "after": (0, 2)},
    "crops": {"crops": ((1, 0), (0, 1))},
    "crops_of_the_padding": {"before": (1, 4), "crops": ((3, 1), (2, 0))},
    "depthwise": {"kind": "depthwise", "before": (1, 2), "crops": ((0, 1), (1, 0))},
    "grouped": {"kind": "grouped", "size": (3, 3)},
}
OTHERWISE = {
    "padding_of_the_parts": {"padding": "SAME"},
    "stride": {"stride": 2},
    "gaps_of_its_own": {"gap": 2},
    "padding_and_stride": {"kind": "depthwise", "padding": "SAME", "stride": 2, "crops": ((0, 0), (1, 0))},
    "put_together_otherwise": {"parts": (2, 3), "again": (3, 2)},
    "explicit_padding": {"padding": "EXPLICIT", "explicit_paddings": [0, 0, 1, 0, 2, 0, 0, 0]},
}


def normalized(x):
    """Returns all outputs of a batch normalization by known statistics."""
    scale, offset, mean, variance = np.abs(drawn(4, x.shape[-1])) + 0.5
    return raw.FusedBatchNormV3(x=x, scale=scale, offset=offset, mean=mean, variance=variance, is_training=False)


@pytest.fixture(scope="module")
def picture():
    return drawn(1, *SHAPE)


def compared(body, picture, patch=(3, 4)):
    model = between_convolutions(SHAPE, Raw(body))
    return assert_parts_give_the_same(model, picture, patch, patch, np.zeros((1, 3), np.float32))


@pytest.mark.parametrize("options", DILATED.values(), ids=DILATED)
def test_a_dilated_convolution_is_run_by_parts(options, picture):
    plan = compared(lambda x: taken_apart(x, **{"padding": "VALID", **options}), picture)
    assert "BatchToSpaceND" in kinds_by_parts(plan)


@pytest.mark.parametrize("options", OTHERWISE.values(), ids=OTHERWISE)
def test_what_only_looks_like_one_is_computed_whole(options, picture):
    plan = compared(lambda x: taken_apart(x, **{"padding": "VALID", **options}), picture)
    assert kinds_by_parts(plan) == ["Conv2D", "BiasAdd"]


@pytest.mark.parametrize("layer", [layers.Conv2D(4, 3, dilation_rate=2), layers.DepthwiseConv2D(3, dilation_rate=2)])
def test_dilated_layers_are_run_by_parts(layer, picture):
    assert "BatchToSpaceND" in kinds_by_parts(compared(layer, picture))


BY_PARTS = {
    "explicit_padding": lambda x: convolved(x, padding="EXPLICIT", explicit_paddings=[0, 0, 2, 1, 0, 3, 0, 0]),
    "grouped": lambda x: convolved(x, "grouped", stride=2, padding="SAME"),
    "gaps": lambda x: convolved(x, gap=2, padding="SAME"),
    "max_pool_padded": lambda x: tf.nn.max_pool2d(x, 3, 2, [[0, 0], [1, 0], [0, 2], [0, 0]]),
    "pool_all_of_stride": lambda x: tf.nn.avg_pool2d(x, (1, 3), (3, 2), "SAME"),
    "a_row_of_weights": lambda x: x * drawn(1, x.shape[-1]) + drawn(x.shape[-1]),
    "a_map_of_weights": lambda x: x * drawn(*x.shape[1:]),
    "a_choice": lambda x: tf.where(drawn(*x.shape[1:3], 1) > 0, x, tf.nn.log_softmax(x)),
    "statistics": lambda x: normalized(x)[0],
    "padding_with_a_value": lambda x: tf.pad(x, [[0, 0], [1, 2], [0, 3], [0, 0]], constant_values=-2.5),
}
WHOLE = {
    "taken_apart_alone": lambda x: tf.batch_to_space(tf.space_to_batch(x, [1, 2], NONE) * 2, [1, 2], NONE),
    "taken_apart_before_another": lambda x: tf.batch_to_space(
        tf.tanh(convolved(tf.space_to_batch(x, [1, 2], NONE), padding="VALID")), [1, 2], NONE
    ),
    "transposed_convolution": lambda x: tf.nn.conv2d_transpose(
        x, drawn(3, 3, 2, x.shape[-1]), [tf.shape(x)[0], *x.shape[1:3], 2], 1
    ),
    "mirror": lambda x: tf.pad(x, [[0, 0], [2, 1], [0, 3], [0, 0]], "REFLECT"),
    "symmetric": lambda x: tf.pad(x, [[0, 0], [2, 1], [0, 3], [1, 0]], "SYMMETRIC"),
    "padded_channels": lambda x: -tf.pad(x, [[0, 0], [2, 1], [0, 3], [1, 0]]),
    "pool_of_channels": lambda x: raw.MaxPool(input=x, ksize=[1, 1, 1, 2], strides=[1, 1, 1, 2], padding="VALID"),
    "slice": lambda x: x[:, 3:-2:2, ::-1],
    "flip": lambda x: tf.reverse(x, [1]),
    "roll": lambda x: tf.roll(x, [2, 3], [1, 2]),
    "gather": lambda x: tf.gather(x, [5, 3, 3, 8, 13, 1, 0, 2, 9, 11, 4], axis=1),
    "cumsum": lambda x: tf.cumsum(x, 2),
    "resize": lambda x: tf.image.resize(x, (13, 25)),
    "nearest": lambda x: tf.image.resize(x, (23, 11), "nearest"),
    "transpose": lambda x: tf.transpose(x, (0, 2, 1, 3)),
    "channels_first": lambda x: tf.transpose(
        tf.nn.relu(tf.transpose(x, (0, 3, 1, 2)) + drawn(*x.shape[1:3])), (0, 2, 3, 1)
    ),
    "batch_aside": lambda x: tf.transpose(
        tf.nn.relu(tf.transpose(x, (1, 0, 2, 3)) * drawn(x.shape[2], 1)), (1, 0, 2, 3)
    ),
    "join_rows": lambda x: tf.concat([x, x[:, :2] * 2], 1),
    "join_columns": lambda x: tf.concat([x, x], -2),
    "split": lambda x: tf.concat(tf.split(x, 2, -1)[::-1], -1),
    "softmax_of_rows": lambda x: tf.nn.softmax(x, 1),
    "a_column_of_weights": lambda x: x * drawn(x.shape[1], 1, 1),
    "two_axes_of_weights": lambda x: x * drawn(x.shape[2], x.shape[3]),
    "mean_of_columns": lambda x: x - tf.reduce_mean(x, 2, keepdims=True),
    "own_statistics": lambda x: (x - tf.reduce_mean(x, (1, 2), keepdims=True)) * 0.3,
    "depth_to_space": lambda x: tf.nn.depth_to_space(x, 2),
    "patches": lambda x: tf.image.extract_patches(x, [1, 3, 3, 1], [1, 2, 2, 1], [1, 1, 1, 1], "SAME"),
    "kernel_of_the_image": lambda x: tf.einsum("nhwc,ncd->nhwd", x, tf.einsum("nhwc,nhwd->ncd", x, x) / 300),
    "several_outputs": lambda x: tf.unstack(x, axis=1)[3][:, tf.newaxis] + x,
    "morphology": lambda x: tf.nn.dilation2d(x, drawn(2, 2, x.shape[-1]), [1, 1, 1, 1], "SAME", "NHWC", [1, 1, 1, 1]),
    "statistics_read": lambda x: (lambda all: all[0] * all[1])(normalized(x)),
    "fractions": lambda x: tf.nn.lrn(x, 1),
}


@pytest.mark.parametrize("body", BY_PARTS.values(), ids=BY_PARTS)
def test_what_is_proven_is_run_by_parts(body, picture):
    assert len(kinds_by_parts(compared(body, picture))) > 3


@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
def test_what_has_no_rule_is_computed_whole(body, picture):
    assert kinds_by_parts(compared(body, picture)) == ["Conv2D", "BiasAdd"]


def test_a_map_larger_than_the_one_place_that_changes():
    weights = drawn(1, 4, 4, 3)
    inputs = keras.Input((1, 1, 3))
    x = layers.Conv2D(4, 3, activation="tanh")(Raw(lambda x: x + weights)(inputs))
    model = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x)))
    with pytest.raises(MethodError, match="from the whole image at once"):
        Occlusion(model, patch=1, method="incremental")


PAIRS = st.tuples(st.integers(0, 3), st.integers(0, 3))
APART = st.fixed_dictionaries(
    {
        "parts": st.sampled_from([(2, 2), (2, 3), (1, 2)]),
        "before": PAIRS,
        "after": PAIRS,
        "crops": st.tuples(*[st.tuples(st.integers(0, 1), st.integers(0, 1))] * 2),
        "kind": st.sampled_from(["conv", "grouped", "depthwise"]),
        "size": st.tuples(st.integers(1, 3), st.integers(1, 3)),
        "padding": st.sampled_from(["VALID", "SAME"]),
        "stride": st.sampled_from([1, 1, 2]),
    }
)
STEPS = st.one_of(APART, APART, st.sampled_from([*BY_PARTS.values(), *WHOLE.values()]))


@settings(max_examples=9, deadline=None, derandomize=True, phases=[Phase.generate])
@given(st.lists(STEPS, min_size=2, max_size=3), st.tuples(st.integers(1, 6), st.integers(3, 7)))
def test_random_networks(steps, patch):
    def body(x):
        for step in steps:
            if min(x.shape[1:3]) > 9 and x.shape[-1] == 4:
                x = tf.tanh(taken_apart(x, **step) if isinstance(step, dict) else step(x))
        return x

    compared(body, drawn(1, *SHAPE), patch)
