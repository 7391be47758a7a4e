import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from keras_explain import CAM, MethodError
from keras_explain.tracing.class_scores import find_head
from keras_explain.tracing.pooled_head import find_pooled_head
from tests.networks import SHAPE


def conv():
    return layers.Conv2D(5, 3, activation="relu")


class Reduced(layers.Layer):
    def call(self, x):
        return tf.reduce_mean(x, axis=[1, 2])


HEADS = {
    "dense": lambda: [conv(), layers.GlobalAveragePooling2D(), layers.Dense(4)],
    "no bias": lambda: [conv(), layers.GlobalAveragePooling2D(), layers.Dense(4, use_bias=False)],
    "dropout": lambda: [conv(), layers.GlobalAveragePooling2D(), layers.Dropout(0.5), layers.Dense(4)],
    "1x1 convolution": lambda: [
        conv(), layers.GlobalAveragePooling2D(keepdims=True), layers.Conv2D(4, 1), layers.Flatten(),
    ],
    "average pooling": lambda: [conv(), layers.AveragePooling2D((10, 14)), layers.Flatten(), layers.Dense(4)],
    "reduce_mean": lambda: [conv(), Reduced(), layers.Dense(4)],
    "no dense": lambda: [conv(), layers.Conv2D(4, 1), layers.GlobalAveragePooling2D()],
    "softmax": lambda: [conv(), layers.GlobalAveragePooling2D(), layers.Dense(4, activation="softmax")],
    "half": lambda: [conv(), layers.GlobalAveragePooling2D(), layers.Dense(4, dtype="mixed_bfloat16")],
}  # fmt: skip

OTHERS = {
    "flatten": lambda: [conv(), layers.Flatten(), layers.Dense(4)],
    "max pooling": lambda: [conv(), layers.GlobalMaxPooling2D(), layers.Dense(4)],
    "two dense": lambda: [conv(), layers.GlobalAveragePooling2D(), layers.Dense(6, "relu"), layers.Dense(4)],
    "normalized": lambda: [conv(), layers.GlobalAveragePooling2D(), layers.LayerNormalization(), layers.Dense(4)],
    "pooled to 2x2": lambda: [conv(), layers.AveragePooling2D((5, 7)), layers.Flatten(), layers.Dense(4)],
    "3x3 convolution": lambda: [conv(), layers.Conv2D(4, 3), layers.GlobalMaxPooling2D()],
}


def lora():
    head = layers.Dense(4)
    head.build((None, 5))
    head.enable_lora(2)
    head.lora_kernel_b.assign(ops.ones_like(head.lora_kernel_b))
    return [conv(), layers.GlobalAveragePooling2D(), head]


def trace(chain, images):
    @tf.function(autograph=False)
    def run(x):
        head = find_head(keras.Sequential([keras.Input(SHAPE), *chain])(x))
        pooled = find_pooled_head(head.outputs, x)
        weights = tf.eye(4) if pooled.weights is None else tf.cast(pooled.weights, tf.float32)
        return head.outputs, tf.cast(pooled.activations, tf.float32), weights

    return [value.numpy() for value in run(images)]


@pytest.mark.parametrize("spelling", [*HEADS, "lora"])
def test_logit_is_the_pooled_activation_times_the_weights(spelling, images):
    logits, activations, weights = trace({**HEADS, "lora": lora}[spelling](), images)
    assert activations.ndim == 4 and activations.shape[1:3] == (10, 14)
    rest = logits - activations.mean((1, 2)) @ weights
    np.testing.assert_allclose(rest, np.broadcast_to(rest[0], rest.shape), atol=2e-2 if spelling == "half" else 1e-5)


@pytest.mark.parametrize("spelling", OTHERS)
def test_any_other_head_is_refused_with_what_to_use(spelling):
    with pytest.raises(MethodError, match="use GradCAM"):
        CAM(keras.Sequential([keras.Input(SHAPE), *OTHERS[spelling]()]))


def test_a_flatten_head_is_refused_with_the_reason(images):
    with pytest.raises(MethodError, match="flattened without any pooling"):
        trace(OTHERS["flatten"](), images)
