"""Attention relevance beside a loop in NumPy, from attention that a tape of its own takes gradients by."""

import numpy as np
import pytest
import tensorflow as tf

import keras_explain as kx
from keras_explain.methods.attention_relevance import relevance
from tests.transformers import GRID, SHAPE, Transformer, drawn


def attended(layer, tokens, tape):
    """Returns what a MultiHeadAttention makes of tokens, by its kernels alone, and its weights, which are watched."""
    query, key, value = (
        tf.einsum("nld,dhk->nhlk", tokens, part.kernel) + part.bias[:, np.newaxis]
        for part in (layer.query_dense, layer.key_dense, layer.value_dense)
    )
    weights = tf.nn.softmax(query @ tf.transpose(key, [0, 1, 3, 2]) / np.sqrt(query.shape[-1]))
    tape.watch(weights)
    return tf.einsum("nhlk,hkd->nld", weights @ value, layer.output_dense.kernel) + layer.output_dense.bias, weights


@pytest.mark.parametrize("tokens", [0, 4])
def test_it_is_the_sum_over_paths_of_what_raises_the_score(tokens):
    parts, images = Transformer(tokens), np.random.default_rng(0).normal(size=(2, *SHAPE)).astype("float32")
    model, layer, found = drawn(parts.flat()), parts.blocks, []
    with tf.GradientTape() as tape:
        x = parts.embedded(images)
        for number in (1, 2):
            read, weights = attended(layer[f"attention{number}"], layer[f"norm{number}a"](x), tape)
            found.append(weights)
            x = x + read
            x = x + layer[f"narrow{number}"](layer[f"wide{number}"](layer[f"norm{number}b"](x)))
        score = tf.reduce_sum(parts.logits(parts.last(x))[:, 2])
    result = np.eye(24 + tokens)
    for weights, slope in zip(found, tape.gradient(score, found)):
        result = result + np.maximum(weights * slope, 0).mean(1) @ result
    row = result[:, 0] if tokens else result.mean(1)
    maps = kx.AttentionRelevance(model, resize=False)(images, 2)
    np.testing.assert_allclose(maps, row[:, tokens:].reshape(2, *GRID, 1), atol=1e-5 * row.max())


def test_what_lowers_the_score_has_no_part():
    block, slope = np.full((1, 2, 2, 2), 0.5, "float32"), np.array([[[[2, -4], [0, 0]], [[2, 0], [8, 0]]]], "float32")
    rows = relevance([block], [slope], tf.constant([[True, False]]))
    np.testing.assert_allclose(rows, [[2, 0]])  # itself, and 1 a head of itself
