"""Small networks with dense outputs, and the maps of a score by a tape of one's own."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

SIZE = (16, 24)


def conv(filters, name, **options):
    return layers.Conv2D(filters, 3, padding="same", activation="relu", name=name, **options)


def unet(classes=3, activation="softmax", size=SIZE):
    """Returns a U-Net of two levels, `(N, H, W, classes)`."""
    inputs = keras.Input((*size, 3))
    fine = conv(4, "encoder")(inputs)
    coarse = conv(6, "bottleneck")(layers.MaxPooling2D(name="pool")(fine))
    joined = layers.Concatenate(name="joined")([fine, layers.UpSampling2D(name="up")(coarse)])
    outputs = layers.Conv2D(classes, 1, activation=activation, name="pixels")(conv(5, "decoder")(joined))
    return keras.Model(inputs, outputs, name="unet")


def detector(activation="sigmoid"):
    """Returns a single-shot detector of two scales: boxes `(N, 30, 4)` of 24 and 6 places, and class scores."""
    inputs = keras.Input((*SIZE, 3))
    fine = conv(4, "scale1", strides=4)(inputs)
    scales = [fine, conv(5, "scale2", strides=2)(fine)]
    found = {}
    for output, units in (("boxes", 4), ("classes", 3)):
        each = [layers.Conv2D(units, 3, padding="same", name=f"{output}{i}")(one) for i, one in enumerate(scales)]
        each = [layers.Reshape((-1, units))(one) for one in each]
        found[output] = layers.Concatenate(axis=1)(each)
    found["boxes"] = layers.Activation("exponential")(found["boxes"])
    found["classes"] = layers.Activation(activation)(found["classes"])
    return keras.Model(inputs, found, name="detector")


def grad_cam(activations, score):
    """Returns the formula's map, `ReLU(sum_k mean(dA_k) A_k)`, of functions of what a layer gives, `(N, H, W)`.

    Args:
        activations: `(N, H, W, K)`.
        score: A function from these to `(N,)`.
    """
    with tf.GradientTape() as tape:
        tape.watch(activations)
        scores = score(activations)
    gradients = tape.gradient(scores, activations)
    return np.maximum(np.einsum("nijk,nk->nij", activations, np.mean(gradients, axis=(1, 2))), 0)
