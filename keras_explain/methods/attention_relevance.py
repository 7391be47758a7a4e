"""Attention relevance: rollout of the attention that raises the score, for one class."""

import tensorflow as tf

from keras_explain.methods.attention_rows import AttentionRows, read_rows


class AttentionRelevance(AttentionRows):
    """How much each patch counts for the class, by the attention that raises its score, from block to block.

    `R <- R + A'_l R` from `R = I`, block by block, with `A'_l = E_h[ReLU(dS_c / dA_l * A_l)]`: the attention `A_l` of
    block `l`, the gradient of the class score `S_c` by it, and the mean `E_h` over heads. The map is the row of `R` of
    the token that the head takes, or the mean of the rows of those that it takes, at the columns of the patches; see
    `AttentionRollout`, which counts all attention, whatever it does to the score.

    Maps are `(N, *spatial, 1)`, non-negative, in units of the score where one block counts; bilinearly resized to the
    input.

    Cost: 1 forward and 1 backward pass, and a product of two matrices of tokens by tokens a block.
    Needs: a transformer whose tokens, patches and others, all read of each other in each block.
    Laws: where no attention has a part in the score, the map is that of the tokens that the head takes.
    Fails: knows of what attention alone does, not of values and of what lies between; blind to what speaks against;
    where tokens are pooled, each counts for itself as well, all alike, and only differences say something.

    Source: H. Chefer, S. Gur, L. Wolf, 2021, arXiv:2103.15679, equations 5 and 6.

    Examples:
        >>> kx.AttentionRelevance(transformer)(images, target=2).shape
        (2, 16, 24, 1)
    """

    key = "attention_relevance"
    title = "Attention relevance"
    blank = "no attention raises the class's score; try target=None, or AttentionRollout, which knows no class."

    @staticmethod
    def rows(attention):
        return relevance(attention.blocks, attention.slopes, attention.read)


def relevance(blocks, slopes, read):
    """Returns how much each token counts for those that are read, float32 `(N, tokens)`.

    Args:
        blocks: The attention `(N, heads, tokens, tokens)` of each block, the first one first.
        slopes: The gradients of the score by each.
        read: bool `(N, tokens)`, which tokens are read in the end; their rows are averaged.
    """
    rows = read_rows(read)
    for block, slope in zip(reversed(blocks), reversed(slopes)):
        rows += tf.einsum("nq,nqk->nk", rows, tf.reduce_mean(tf.nn.relu(slope * block), axis=1))
    return rows
