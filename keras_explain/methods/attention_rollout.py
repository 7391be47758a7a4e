"""Attention rollout: how much of each patch attention carries to where a transformer's score is read from."""

import tensorflow as tf

from keras_explain.methods.attention_rows import AttentionRows, read_rows


class AttentionRollout(AttentionRows):
    """How much of each patch attention carries, block by block, to the tokens that the score is read from.

    `R = A'_L ... A'_2 A'_1` with `A'_l = (A_l + I) / 2`: the attention `A_l` of block `l`, the mean over its heads, a
    row for each token that reads and a column for each that is read, and the identity `I` for what goes past attention.
    The map is the row of `R` of the token that the head takes, as the class token, or the mean of the rows of those
    that it takes, at the columns of the patches. Which these are is found by value: the score has a gradient by them.

    The attention is that of the traced graph, after its softmax: of `keras.layers.MultiHeadAttention`, and of one that
    is written of products and a softmax. No class has a part in it, so that `target` changes nothing.

    Maps are `(N, *spatial, 1)`, non-negative; a row of `R`, class tokens included, sums to 1. Bilinearly resized to the
    input.

    Cost: 1 forward pass, 1 backward through the head, and a product of two matrices of tokens by tokens a block.
    Needs: a transformer whose tokens, patches and others, all read of each other in each block.
    Laws: attention that is the same everywhere gives a map that is; without a class token, patches sum to 1.
    Fails: says nothing of the class, nor of what values carry, only of how much is read; deep networks blur it.

    Source: S. Abnar, W. Zuidema, 2020, arXiv:2005.00928, section 3.

    Examples:
        >>> kx.AttentionRollout(transformer)(images).shape
        (2, 16, 24, 1)
    """

    key = "attention_rollout"
    title = "Attention rollout"
    blank = "the score isn't read from any token; try another output=."

    @staticmethod
    def rows(attention):
        return rollout([tf.reduce_mean(block, axis=1) for block in attention.blocks], attention.read)


def rollout(blocks, read):
    """Returns how much of each token is carried to those that are read, float32 `(N, tokens)`.

    Args:
        blocks: The attention `(N, tokens, tokens)` of each block, the first one first; rows sum to 1.
        read: bool `(N, tokens)`, which tokens are read in the end; their rows are averaged.
    """
    rows = read_rows(read)
    for block in reversed(blocks):  # a row by each matrix: as the product of all, for less
        rows = (tf.einsum("nq,nqk->nk", rows, block) + rows) / 2
    return rows
