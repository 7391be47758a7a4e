"""How the tokens of a transformer attend to each other, block by block."""

import tensorflow as tf

from keras_explain.engine.last_layer import token_calls
from keras_explain.errors import MethodError
from keras_explain.tracing.graph import upstream


def attention_to_all(recorded, model):
    """Returns the attention of each block, float32 `(N, tokens, tokens)`, the tokens behind them, and their `Lattice`.

    Of several heads it is the mean.

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
        attention.append(tf.reduce_mean(tf.cast(softmax, tf.float32), axis=range(1, softmax.shape.rank - 2)))
    return attention, last.output, lattice
