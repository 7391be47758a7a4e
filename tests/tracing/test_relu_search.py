"""ReLUs that are written otherwise, other activations, and what is neither, in one small traced network."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers, ops

from keras_explain.errors import RuleError
from keras_explain.tracing.layer_calls import captured_calls
from keras_explain.tracing.rectifier import POINTS, kind
from keras_explain.tracing.relu_rules import ReluScope
from keras_explain.tracing.stand_in import standing_in

SHAPE = (6, 6, 4)
ATTENTION = layers.MultiHeadAttention(2, 4, attention_axes=2)
ATTENTION.build((None, *SHAPE), (None, *SHAPE))


def found(function, before=None):
    """Returns the names of other activations in a network that has `function` behind its first weights."""
    scope, others = ReluScope(), []
    weights = tf.constant(np.random.default_rng(0).normal(size=(SHAPE[-1], SHAPE[-1])), tf.float32)

    @tf.function(autograph=False)
    def run(images):
        with tf.GradientTape() as tape:
            tape.watch(images)

            def forward():
                x = tf.matmul(before(images) if before else images, weights)
                return tf.reduce_sum(tf.matmul(tf.nn.relu(function(x)), weights), (1, 2))

            scores, _ = captured_calls(forward, scope.stand_ins)
        reach = scope.reach(images, scores)
        with scope.following(lambda gate, signal: gate(signal)) as followed:
            standing_in(scope.stand_ins, lambda: tape.gradient(scores, images))
        reach.check(followed)
        others.append(reach.others)

    run.get_concrete_function(tf.TensorSpec((None, *SHAPE)))
    return others[0]


@tf.custom_gradient
def relu_with_a_gradient(x):
    return tf.nn.relu(x), lambda signal: tf.where(x > 0, signal, 0.0)


@tf.custom_gradient
def maximum_with_a_gradient(x):
    return tf.maximum(x, 0.0), lambda signal: tf.where(x > 0, signal, 0.0)


def looped(function):
    return lambda x: tf.while_loop(lambda i, y: i < 1, lambda i, y: (i + 1, function(y)), (tf.constant(0), x))[1]


def on_a_condition(function):
    return lambda x: tf.cond(tf.reduce_sum(x) > -1e9, lambda: function(x), lambda: x)


def sealed(function):
    """Returns the function as a saved model has it, whose graph is not traced again."""
    return tf.function(function, autograph=False).get_concrete_function(tf.TensorSpec((None, *SHAPE)))


def in_half(function, dtype):
    return lambda x: tf.cast(function(tf.cast(x, dtype)), tf.float32)


def zeros(x):
    return tf.fill(tf.shape(x), 0.0)


def beside_zero(x):
    return tf.stack([tf.zeros_like(x), x], -1)


def pooled(x):
    return tf.nn.max_pool2d(x, (1, 2), (1, 2), "VALID")


RELUS = {
    "zeros_like": lambda x: tf.maximum(x, tf.zeros_like(x)),
    "zeros of a shape": lambda x: tf.maximum(x, zeros(x)),
    "ops.zeros_like": lambda x: ops.maximum(x, ops.zeros_like(x)),
    "leaky maximum": lambda x: tf.maximum(0.1 * x, x),
    "shifted": lambda x: tf.maximum(x + 1.0, 0.0) - 1.0,
    "after a sum": lambda x: tf.maximum(x + tf.roll(x, 1, 1), 0.0),
    "squared": lambda x: tf.square(tf.maximum(x, 0.0)),
    "times itself": lambda x: tf.maximum(x, 0.0) * tf.maximum(x, 0.0),
    "scaled by a weight that is 0": lambda x: tf.maximum(x, 0.0) * tf.random.stateless_uniform((), (1, 2)),
    "ops.threshold": lambda x: ops.threshold(x, 0.0, 0.0),
    "threshold of 1": lambda x: ops.threshold(x, 1.0, 0.0),
    "where": lambda x: tf.where(x > 0, x, 0.0),
    "where not": lambda x: tf.where(x <= 0, tf.zeros_like(x), x),
    "ops.where": lambda x: ops.where(x > 0, x, 0.1 * x),
    "mask": lambda x: x * tf.cast(x > 0, x.dtype),
    "mask that is stopped": lambda x: x * tf.stop_gradient(tf.cast(x > 0, x.dtype)),
    "mask without NaN": lambda x: tf.math.multiply_no_nan(x, tf.cast(x > 0, x.dtype)),
    "mask by indices": lambda x: tf.tensor_scatter_nd_update(x, tf.where(x < 0), 0 * tf.boolean_mask(x, x < 0)),
    "half with abs": lambda x: (x + tf.abs(x)) / 2,
    "leaky with abs": lambda x: 0.55 * x + 0.45 * tf.abs(x),
    "half with sqrt": lambda x: (x + tf.sqrt(x * x)) / 2,
    "sign": lambda x: x * (tf.sign(x) + 1) / 2,
    "stack": lambda x: tf.reduce_max(tf.stack([x, tf.zeros_like(x)]), 0),
    "ops.stack": lambda x: ops.max(ops.stack([x, ops.zeros_like(x)], -1), -1),
    "concat": lambda x: tf.reduce_max(tf.concat([x[..., None], zeros(x)[..., None]], -1), -1),
    "clip": lambda x: tf.clip_by_value(x, 0.0, 6.0),
    "ops.clip": lambda x: ops.clip(x, 0.0, 6.0),
    "raw clip": lambda x: tf.raw_ops.ClipByValue(t=x, clip_value_min=0.0, clip_value_max=6.0),
    "clip of a scale": lambda x: 6 * tf.clip_by_value(x / 6, 0.0, 1.0),
    "fake quantization": lambda x: tf.quantization.fake_quant_with_min_max_args(x, 0.0, 6.0),
    "less a minimum": lambda x: x - tf.minimum(x, 0.0),
    "minimum": lambda x: -tf.minimum(-x, 0.0),
    "two slopes": lambda x: tf.maximum(x, 0.0) + 0.1 * tf.minimum(x, 0.0),
    "crelu": lambda x: tf.nn.crelu(x)[..., : SHAPE[-1]],
    "float16": in_half(lambda x: tf.maximum(x, 0.0), tf.float16),
    "bfloat16": in_half(lambda x: tf.maximum(0.1 * x, x), tf.bfloat16),
    "loop": looped(lambda x: tf.maximum(x, 0.0)),
    "loop with where": looped(lambda x: tf.where(x > 0, x, 0.0)),
    "map_fn": lambda x: tf.map_fn(lambda row: tf.maximum(row, 0.0), x),
    "vectorized_map": lambda x: tf.vectorized_map(lambda row: tf.maximum(row, 0.0), x),
    "relu in vectorized_map": lambda x: tf.vectorized_map(lambda row: tf.nn.relu(row), x),
    "condition": on_a_condition(lambda x: tf.maximum(x, 0.0)),
    "condition within a loop": looped(on_a_condition(lambda x: tf.maximum(x, 0.0))),
    "relu in a sealed graph": lambda x: sealed(tf.nn.relu)(x),
    "maximum in a sealed graph": lambda x: sealed(lambda y: tf.maximum(y, 0.0))(x),
    "relu in a custom_gradient": relu_with_a_gradient,
    "maximum in a custom_gradient": maximum_with_a_gradient,
    "numpy": lambda x: tf.ensure_shape(tf.numpy_function(lambda y: np.maximum(y, 0), [x], tf.float32), x.shape),
    "python": lambda x: tf.ensure_shape(tf.py_function(lambda y: tf.maximum(y, 0.0), [x], tf.float32), x.shape),
}
OTHERS = {
    "hard_tanh": (keras.activations.hard_tanh, "clip_by_value"),
    "soft_shrink": (keras.activations.soft_shrink, "SelectV2"),
    "hard_shrink": (keras.activations.hard_shrink, "SelectV2"),
    "exponential": (keras.activations.exponential, "Exp"),
    "squareplus": (keras.activations.squareplus, "Sqrt"),
    "celu": (keras.activations.celu, "Expm1"),
    "hard_sigmoid": (keras.activations.hard_sigmoid, "truediv"),
    "hard sigmoid by hand": (lambda x: tf.clip_by_value(0.2 * x + 0.5, 0.0, 1.0), "clip_by_value"),
    "hard swish by hand": (lambda x: x * tf.clip_by_value(x + 3, 0.0, 6.0) / 6, "clip_by_value"),
    "abs": (tf.abs, "Abs"),
    "maxout": (lambda x: tf.maximum(x, tf.roll(x, 1, -1)), "Maximum"),
    "maxout of a stack": (lambda x: tf.reduce_max(tf.stack([x, tf.roll(x, 1, -1)]), 0), "Max"),
    "mask from elsewhere": (lambda x: tf.where(tf.roll(x, 1, 1) > 0, x, 0.0), "SelectV2"),
    "the largest of zero and x": (lambda x: tf.math.top_k(beside_zero(x), 1)[0][..., 0], "TopKV2"),
    "the last in order": (lambda x: tf.sort(beside_zero(x))[..., 1], "TopKV2"),
    "pooled with zero": (
        lambda x: tf.reshape(pooled(tf.reshape(beside_zero(x), (-1, 24, 12, 1))), (-1, 6, 6, 4)),
        "MaxPool",
    ),
    "by an index": (lambda x: x * tf.cast(tf.argmax(beside_zero(x), -1), tf.float32), "Cast"),
    "by a table": (lambda x: x * tf.gather([0.0, 1.0], tf.cast(x > 0, tf.int32)), "GatherV2"),
    "by a stopped sign": (lambda x: x * tf.stop_gradient(tf.sign(tf.nn.relu(x))), "StopGradient"),
    "by an angle": (lambda x: x * (1 - tf.math.angle(tf.complex(x, tf.zeros_like(x))) / np.pi), "Angle"),
    "tanh in a loop": (looped(tf.tanh), "while/Tanh"),
    "tanh on a condition": (on_a_condition(tf.tanh), "cond/Tanh"),
    "tanh in a sealed graph": (lambda x: sealed(tf.tanh)(x), "Tanh"),
}
NEITHER = {
    "l2_normalize": lambda x: tf.math.l2_normalize(x, -1),
    "norm": lambda x: x / tf.norm(x, axis=-1, keepdims=True),
    "norm kept from 0": lambda x: x / tf.maximum(tf.norm(x, axis=-1, keepdims=True), 1e-3),
    "divide_no_nan": lambda x: tf.math.divide_no_nan(x, tf.norm(x, axis=-1, keepdims=True)),
    "UnitNormalization": layers.UnitNormalization(),
    "LayerNormalization": layers.LayerNormalization(),
    "GroupNormalization": layers.GroupNormalization(2),
    "standardization": tf.image.per_image_standardization,
    "standardization of each": lambda x: tf.vectorized_map(tf.image.per_image_standardization, x),
    "variance": lambda x: tf.sqrt(tf.maximum(tf.reduce_mean(x * x, 1, True) - tf.reduce_mean(x, 1, True) ** 2, 0.0)),
    "logsumexp": lambda x: x - tf.reduce_logsumexp(x, -1, keepdims=True),
    "softmax by hand": lambda x: tf.exp(x - tf.reduce_max(x, -1, True)),
    "clipped softmax": lambda x: tf.math.log(tf.clip_by_value(tf.nn.softmax(x), 1e-7, 1 - 1e-7)),
    "NaN replaced": lambda x: tf.where(tf.math.is_nan(x), 0.0, x),
    "nothing after all": lambda x: tf.maximum(x, 0.0) + tf.minimum(x, 0.0),
    "shape alone": lambda x: x + tf.zeros_like(tf.maximum(x, 0.0)),
    "maximum over places": lambda x: x - tf.reduce_max(x, (1, 2), keepdims=True),
    "pooling": lambda x: tf.nn.max_pool2d(x, 2, 1, "SAME"),
    "resizing": lambda x: tf.image.resize(x, (5, 5)),
    "a sealed graph": lambda x: sealed(lambda y: tf.nn.softmax(y + 1))(x),
    "a loop": looped(lambda x: x + 1.0),
    "attention": lambda x: ATTENTION(x, x),
    "attention with a mask": lambda x: ATTENTION(x, x, attention_mask=tf.linalg.band_part(tf.ones((6, 6)), -1, 0) > 0),
    "pooled beside others": lambda x: tf.nn.max_pool2d(tf.concat([x, x + 1], 1), 2, 1, "SAME"),
    "a ReLU that is traced again": lambda x: tf.recompute_grad(lambda y: tf.nn.relu(y) + y)(x),
    "a ReLU whose values are stopped": lambda x: x + tf.stop_gradient(tf.nn.relu(x)),
}


@pytest.mark.parametrize("spelling", RELUS)
def test_a_relu_is_refused_however_it_is_written(spelling):
    with pytest.raises(RuleError, match=r"received \S"):
        found(RELUS[spelling])


@pytest.mark.parametrize("name", OTHERS)
def test_other_activations_are_listed(name):
    function, named = OTHERS[name]
    assert named in found(function)


@pytest.mark.parametrize("name", NEITHER)
def test_what_is_no_activation_is_not_listed(name):
    assert found(NEITHER[name]) == ""


@pytest.mark.parametrize("clip", [lambda x: tf.clip_by_value(x, 0.0, 255.0), layers.Rescaling(1 / 255)])
def test_images_may_be_clipped_before_the_first_weights(clip):
    assert found(tf.identity, before=lambda images: tf.maximum(clip(images), 0.0)) == ""


def test_places_may_be_masked_by_the_image():
    masks = []

    def masking(images):
        masks.append(tf.cast(tf.reduce_any(images > 0, -1, keepdims=True), tf.float32))
        return images

    assert found(lambda x: x * masks[0], before=masking) == ""


def test_what_images_have_no_part_in_is_not_searched():
    bias = tf.Variable(tf.ones(SHAPE[-1]))
    assert found(lambda x: x + tf.raw_ops.Relu(features=bias)) == ""


X = tf.constant(POINTS[2:-2], tf.float32)
CONSTANTS = st.sampled_from([-1.0, -0.5, 0.0, 0.25, 1.0, 2.0])
LEAVES = st.one_of(st.just(lambda x: x), CONSTANTS.map(lambda number: lambda x: tf.zeros_like(x) + number))


def joined(children):
    two = [tf.add, tf.subtract, tf.maximum, tf.minimum]
    return st.one_of(
        st.tuples(st.sampled_from(two), children, children).map(lambda f: lambda x: f[0](f[1](x), f[2](x))),
        st.tuples(CONSTANTS, children).map(lambda f: lambda x: f[0] * f[1](x)),
        children.map(lambda f: lambda x: tf.abs(f(x))),
        st.tuples(children, children).map(lambda f: lambda x: tf.where(x > 0, f[0](x), f[1](x))),
        children.map(lambda f: lambda x: tf.cast(f(x) > 0, tf.float32) * x),
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.recursive(LEAVES, joined, max_leaves=5))
def test_no_random_expression_that_is_a_rectifier_gets_by(function):
    if kind(X.numpy(), function(X).numpy()[:, np.newaxis], 1e-4) == "rectifier":
        with pytest.raises(RuleError):
            found(function)
