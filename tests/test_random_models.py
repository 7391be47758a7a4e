"""Random functional networks, nested at random: maps equal those of a direct GradientTape on the flat equivalent."""

import keras
import numpy as np
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers

from keras_explain import GradCAM, Saliency

SHAPE = (11, 14, 2)


def nested(x, body, wrap):
    """Applies `body` to `x`, as a model of its own if `wrap` says so."""
    if not wrap:
        return body(x)
    inputs = keras.Input(x.shape[1:])
    return keras.Model(inputs, body(inputs))(x)


def conv(x, filters=3):
    return layers.Conv2D(filters, 3, padding="same", activation="relu")(x)


def step(x, kind, wrap):
    """Applies one random step."""
    if kind == "conv":
        return nested(x, conv, wrap)
    if kind == "norm":
        return nested(x, lambda x: layers.ReLU()(layers.BatchNormalization()(x)), wrap)
    if kind == "pool" and min(x.shape[1:3]) >= 4:
        return nested(x, layers.MaxPooling2D(2), wrap)
    if kind == "add":
        return nested(x, lambda x: layers.Add()([x, conv(x, x.shape[-1])]), wrap)
    if kind == "concatenate":
        return nested(x, lambda x: layers.Concatenate()([conv(x, 2), layers.AveragePooling2D(3, 1, "same")(x)]), wrap)
    return layers.DepthwiseConv2D(3, padding="same")(x)


def build(kinds, wraps):
    """Returns the model, and one of the same layers whose outputs are the last activations and the scores."""
    x = inputs = keras.Input(SHAPE)
    for kind, wrap in zip(kinds, wraps):
        x = step(x, kind, wrap)
    last = layers.Conv2D(4, 1, name="last")(x)
    scores = layers.Dense(3)(layers.Flatten()(layers.MaxPooling2D(2)(last)))
    return keras.Model(inputs, scores), keras.Model(inputs, [last, scores])


KINDS = st.lists(st.sampled_from(["conv", "norm", "pool", "add", "concatenate", "depthwise"]), min_size=1, max_size=5)


@settings(max_examples=14, deadline=None, derandomize=True)
@given(KINDS, st.lists(st.booleans(), min_size=5, max_size=5), st.integers(0, 100))
def test_maps_are_those_of_the_flat_network(kinds, wraps, seed):
    keras.utils.set_random_seed(seed)
    model, _ = build(kinds, wraps)
    flat, tapped = build(kinds, [False] * 5)
    flat.set_weights(model.get_weights())
    images = tf.constant(np.random.default_rng(seed).normal(size=(2, *SHAPE)), tf.float32)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(images)
        activations, scores = tapped(images)
        score = scores[:, 1]
    slope, weights = tape.gradient(score, images).numpy(), tape.gradient(score, activations).numpy().mean((1, 2))
    np.testing.assert_allclose(Saliency(model, magnitude=None)(images, 1), slope, atol=1e-5 * np.abs(slope).max())

    grad_cam = GradCAM(model, resize=False)
    wanted = np.maximum(np.einsum("nhwk,nk->nhw", activations, weights), 0)
    assert grad_cam.layer == "last"
    np.testing.assert_allclose(grad_cam(images, 1)[..., 0], wanted, atol=1e-5 * max(np.abs(wanted).max(), 1e-3))
