"""Attention rollout beside a product of matrices in NumPy, from the layers' own weights."""

import keras
import keras_hub
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import keras_explain as kx
from keras_explain.methods.attention_rollout import rollout
from tests.transformers import GRID, SHAPE, Transformer, drawn, through


@pytest.fixture
def images():
    return np.random.default_rng(0).normal(size=(2, *SHAPE)).astype("float32")


def attention(layer, tokens):
    """Returns a MultiHeadAttention's weights, by its kernels alone, the mean over its heads."""
    query, key = (
        np.einsum("nld,dhk->nhlk", tokens, part.kernel.numpy()) + part.bias.numpy()[:, np.newaxis]
        for part in (layer.query_dense, layer.key_dense)
    )
    scores = np.exp(query @ key.swapaxes(2, 3) / np.sqrt(query.shape[-1]))
    return (scores / scores.sum(-1, keepdims=True)).mean(1)


@pytest.mark.parametrize("tokens", [0, 4])
def test_it_is_the_product_of_the_blocks(tokens, images):
    parts = Transformer(tokens)
    model, product = drawn(parts.flat()), np.eye(24 + tokens)
    x = parts.embedded(images)
    for number in (1, 2):
        weights = attention(parts.blocks[f"attention{number}"], parts.blocks[f"norm{number}a"](x).numpy())
        product = (weights + np.eye(24 + tokens)) / 2 @ product
        x = through(parts.blocks, number, x)
    row = product[:, 0] if tokens else product.mean(1)
    maps = kx.AttentionRollout(model, resize=False)(images)
    np.testing.assert_allclose(maps, row[:, tokens:].reshape(2, *GRID, 1), atol=1e-6)
    assert tokens or maps.sum((1, 2, 3)) == pytest.approx(1, abs=1e-5)


def test_a_token_reads_what_the_others_have_read():
    blocks = [np.array([[[0, 1, 0], [0, 0, 1], [0, 0, 1]]], "float32")] * 2
    rows = rollout([tf.constant(block) for block in blocks], tf.constant([[True, False, False]]))
    np.testing.assert_allclose(rows, [[0.25, 0.5, 0.25]])
    assert not np.any(rollout(blocks, tf.constant([[False] * 3])))


def test_of_a_keras_hub_model_explain_draws_it(images):
    backbone = keras_hub.models.ViTBackbone(SHAPE, 4, 2, 2, 8, 16)
    model = keras_hub.models.ViTImageClassifier(backbone, 3)
    explanation = kx.explain(model, images, methods=["grad_cam", "attention_rollout"])
    assert explanation.maps["attention_rollout"].shape == (2, 16, 24, 1) and explanation.plot()


def windows(tokens):
    parts = layers.Reshape((2, 12, 8))(tokens)
    return layers.Reshape((24, 8))(layers.MultiHeadAttention(1, 4, attention_axes=2)(parts, parts))


REFUSED = {
    "convolutions": (lambda tokens: tokens, "without such tokens"),
    "windows": (lambda tokens: layers.Add()([tokens, windows(tokens)]), "all 24 tokens"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_has_no_attention_of_all_tokens_is_refused(what):
    inside, words = REFUSED[what]
    inputs = keras.Input(SHAPE)
    tokens = inside(layers.Reshape((24, 8))(layers.Conv2D(8, 4, 4)(inputs)))
    model = keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling1D()(tokens)))
    with pytest.raises(kx.MethodError, match=f"{words}.*use HiResCAM"):
        kx.AttentionRollout(model)
