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


def retina():
    """Returns a detector of two scales from a pyramid, `fine` and `coarse`, whose head they share: 48 and 12 boxes."""
    inputs = keras.Input((*SIZE, 3))
    fine = conv(4, "encoder", strides=4)(inputs)
    coarse = layers.Conv2D(5, 1, name="coarse")(conv(5, "top", strides=2)(fine))
    scales = [layers.Add(name="fine")([layers.Conv2D(5, 1)(fine), layers.UpSampling2D()(coarse)]), coarse]
    found = {}
    for output, units in (("boxes", 4), ("classes", 3)):
        tower, head = conv(5, f"{output}_tower"), layers.Conv2D(2 * units, 3, padding="same", name=output)
        each = [layers.Reshape((-1, units))(head(tower(scale))) for scale in scales]
        found[output] = layers.Concatenate(axis=1)(each)
    return keras.Model(inputs, {**found, "classes": layers.Activation("sigmoid")(found["classes"])}, name="retina")


def deeplab():
    """Returns a segmentation of two dilated branches, joined with finer features, whose logits are enlarged."""
    inputs = keras.Input((*SIZE, 3))
    low = conv(4, "low", strides=2)(inputs)
    high = conv(5, "high", strides=2)(low)
    branches = [conv(3, f"branch{rate}", dilation_rate=rate)(high) for rate in (1, 2)]
    x = layers.UpSampling2D(2, interpolation="bilinear")(layers.Concatenate()(branches))
    x = layers.Conv2D(3, 1, name="logits")(conv(5, "refined")(layers.Concatenate()([x, low])))
    return keras.Model(inputs, layers.UpSampling2D(2, interpolation="bilinear", name="enlarged")(x), name="deeplab")


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
