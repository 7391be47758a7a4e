"""Attention rollout: how much of each patch attention carries to where a transformer's score is read from."""

import tensorflow as tf

from keras_explain.checks.options import check_flag
from keras_explain.engine.tap import Tap
from keras_explain.engine.watch import Watch
from keras_explain.errors import MethodError
from keras_explain.methods.base import advising
from keras_explain.methods.explainer import ModelExplainer


class AttentionRollout(ModelExplainer):
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
    relative = True
    blank = "the score isn't read from any token; try another output=."

    def __init__(self, model, *, resize=True, **options):
        """Traces the model.

        Args:
            model: A Keras model of any form.
            resize: Whether maps have the input's size, or else one value a patch.
            **options: `score`, `input`, `output`, `head`, `batch_size`, `lazy`: see `ModelExplainer`.

        Raises:
            MethodError: If the model isn't such a transformer.
        """
        self._tap, self._resize = Tap(model), check_flag(resize, "resize=")
        super().__init__(model, **options)

    @property
    def watch(self):
        return Watch(taps=(self._tap,))

    def attribution(self, forward):
        with advising(MethodError, "use GradCAM instead of AttentionRollout."):
            attention, read, lattice = forward.attention(self._tap)
        rows = rollout(attention, read)
        maps = tf.reshape(tf.gather(rows, lattice.index, axis=1), [-1, *lattice.shape, 1])
        return forward.resized(maps, lattice.part) if self._resize else maps


def rollout(attention, read):
    """Returns how much of each token is carried to those that are read, float32 `(N, tokens)`.

    Args:
        attention: `(N, tokens, tokens)` of each block, the first one first; rows sum to 1.
        read: bool `(N, tokens)`, which tokens are read in the end; their rows are averaged.
    """
    rows = tf.cast(read, tf.float32)
    rows = tf.math.divide_no_nan(rows, tf.reduce_sum(rows, axis=1, keepdims=True))
    for block in reversed(attention):  # a row by each matrix: as the product of all, for less
        rows = (tf.einsum("nq,nqk->nk", rows, block) + rows) / 2
    return rows
