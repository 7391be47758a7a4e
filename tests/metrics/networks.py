"""Models that metrics ask, and what they answer in float64."""

import keras
import numpy as np
from keras import layers

from tests.networks import SHAPE, build

HEAD = {"head": "softmax_logits"}


def two_inputs(rng):
    """Returns a model of an image and of numbers beside it, and six of each."""
    inputs = [keras.Input(SHAPE, name="image"), keras.Input((2,), name="meta")]
    pooled = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, activation="relu")(inputs[0]))
    model = keras.Model(inputs, layers.Dense(4)(layers.Concatenate()([pooled, inputs[1]])))
    model.set_weights([rng.normal(size=weight.shape, scale=0.5) for weight in model.weights])
    return model, [rng.normal(size=(6, *SHAPE)).astype("float32"), rng.normal(size=(6, 2)).astype("float32")]


def asked(form, rng):
    """Returns a model, its inputs as a list, and how they are handed in."""
    if form == "two_inputs":
        return *two_inputs(rng), list
    return build(form), [rng.normal(size=(6, *SHAPE)).astype("float32")], lambda inputs: inputs[0]


FORMS = ["nested", "subclassed", "two_inputs"]


def scores(model, inputs, row, images, target, kind="probability"):
    """Returns the scores of changed copies `(M, *spatial, C)` of the image at `row`, float64 `(M,)`."""
    given = [images.astype("float32"), *(np.repeat(other[row : row + 1], len(images), 0) for other in inputs[1:])]
    logits = np.asarray(model(given if len(given) > 1 else given[0], training=False), np.float64)
    values = np.exp(logits - logits.max(1, keepdims=True))
    values = logits if kind == "logit" else values / values.sum(1, keepdims=True)
    return values[:, target]
