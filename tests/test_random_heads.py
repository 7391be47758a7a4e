"""Random outputs: what is called a probability is what `predict` returns, or there is none."""

import keras
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers, ops

import keras_explain as kx

IMAGES = np.random.default_rng(0).random((3, 6, 6, 2), "float32")
PIECES = {
    "softmax": ops.softmax,
    "sigmoid": ops.sigmoid,
    "log": lambda z: ops.log(z + 1e-3),
    "exp": ops.exp,
    "1 - z": lambda z: 1 - z,
    "half": lambda z: z / 2,
    "halves": lambda z: (z + 1) / 2,
    "clip": lambda z: ops.clip(z, 0, 1),
    "relu": ops.relu,
    "tanh": ops.tanh,
    "square": ops.square,
    "to sum 1": lambda z: z / ops.sum(z, -1, keepdims=True),
    "without one": lambda z: z[:, 1:],
    "reversed": lambda z: ops.flip(z, -1),
    "joined with itself": lambda z: ops.concatenate([z, z], -1),
    "joined with its rest": lambda z: ops.concatenate([z, 1 - z], -1),
    "halved into pairs": lambda z: ops.mean(ops.stack([z, ops.flip(z, -1)]), 0),
    "gated": lambda z: z * ops.sigmoid(z),
    "shifted": lambda z: z - ops.max(z, -1, keepdims=True),
    "product": lambda z: z * ops.flip(z, -1),
    "batch norm": lambda z: layers.BatchNormalization()(z),
}

# What leaves logits logits.
LINEAR = {
    "1 - z",
    "half",
    "halves",
    "shifted",
    "without one",
    "reversed",
    "joined with itself",
    "joined with its rest",
} | {
    "halved into pairs",
    "gated",
    "product",
    "batch norm",
    "relu",
}


@settings(max_examples=18, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(sorted(PIECES)), max_size=4), st.integers(2, 5))
def test_probabilities_are_those_of_predict_or_none_and_logits_belong_to_them(pieces, count):
    inputs = keras.Input((6, 6, 2))
    features = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, activation="relu")(inputs))
    outputs = layers.Dense(count, kernel_initializer=keras.initializers.RandomNormal(stddev=3.0))(features)
    for piece in pieces:
        outputs = PIECES[piece](outputs)
    model = keras.Model(inputs, outputs)
    said = model(IMAGES).numpy()
    said = np.hstack([1 - said, said]) if said.shape[1] == 1 else said
    shown = {"itself": said, "exp": np.exp(said)} | ({"softmax": softmax(said)} if set(pieces) <= LINEAR else {})
    for score in ("logit", "probability"):
        try:
            found = kx.explain(model, IMAGES, "top2", ["saliency"], score=score)
        except kx.ExplainError:
            continue
        probabilities = found.probabilities
        if probabilities is not None:
            assert any(np.allclose(probabilities, wanted, atol=1e-4) for wanted in shown.values())
        if score == "logit" and not set(pieces) <= LINEAR:
            p = np.take_along_axis(probabilities, found.targets, 1)
            of_softmax = np.allclose(np.diff(found.scores), np.diff(np.log(p)), atol=1e-2)
            assert of_softmax or np.allclose(found.scores, np.log(p / (1 - p)), atol=1e-2)


def softmax(values):
    return np.asarray(ops.softmax(values))
