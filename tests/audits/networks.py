"""A small network and many small images, which any process makes alike."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

SHAPE = (6, 8, 3)


def network(path=None):
    """Returns a network of four classes, drawn once; saved if there is a path."""
    chain = [
        layers.Conv2D(5, 3, padding="same", activation="relu", name="conv"),
        layers.MaxPooling2D(2),
        layers.Conv2D(6, 3, padding="same", activation="relu", name="last"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(4, activation="softmax"),
    ]
    model = keras.Sequential([keras.Input(SHAPE), *chain], name="net")
    rng = np.random.default_rng(5)
    model.set_weights([rng.normal(size=weights.shape, scale=0.5) for weights in model.weights])
    if path is not None:
        model.save(path)
    return model


def data(count):
    images = np.random.default_rng(6).normal(size=(count, *SHAPE)).astype("float32")
    return tf.data.Dataset.from_tensor_slices((images, np.arange(count) % 4)).batch(50)
