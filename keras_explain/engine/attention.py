"""How the tokens of a transformer attend to each other, block by block."""

import dataclasses

import tensorflow as tf

from keras_explain.engine.last_layer import token_calls
from keras_explain.errors import MethodError
from keras_explain.tracing.graph import upstream
from keras_explain.tracing.lattice import Lattice


@dataclasses.dataclass(frozen=True, eq=False)
class Attention:
    """How the tokens of a transformer attend to each other.

    Attributes:
        blocks: The attention of each block, the first one first, float32 `(N, heads, tokens, tokens)`: a row for each
            token that reads, a column for each that is read.
        slopes: The gradients of the score by each.
        read: bool `(N, tokens)`: of which of the last tokens the score is read, by its gradient.
        lattice: The `Lattice` of the tokens.
    """

    blocks: list
    slopes: list
    read: tf.Tensor
    lattice: Lattice


def attention_to_all(recorded, model):
    """Returns the softmax of each block's attention, the tokens behind all blocks, and their `Lattice`.

    Args:
        recorded: A `Recorded` pass.
        model: The model.

    Raises:
        MethodError: If there is none, or not all of it is of all tokens.
    """
    last = next(token_calls(recorded, model), None)
    if last is None:
        raise MethodError(
            "expected a transformer whose tokens attend to each other by a softmax and can be followed to their places "
            "in the image, received a model without such tokens."
        )
    lattice, before, needed = recorded.lattice(last.output), upstream(last.output), upstream(recorded.score)
    count, attention = len(lattice.index) + lattice.others, []
    for softmax in recorded.tokens.attention:
        if softmax.op not in needed:
            continue
        if softmax.op not in before or softmax.shape[-2:] != (count, count):
            raise MethodError(
                f"expected attention of all {count} tokens to all of them, received '{softmax.op.name}' with "
                f"{tuple(softmax.shape)}, as of windows, of fewer tokens or of a class token alone."
            )
        attention.append(softmax)
    return attention, last.output, lattice


def by_heads(softmax):
    """Returns `(N, ..., tokens, tokens)` as float32 `(N, heads, tokens, tokens)`."""
    count = softmax.shape[-1]
    return tf.reshape(tf.cast(softmax, tf.float32), [tf.shape(softmax)[0], -1, count, count])
