"""The number that is explained of each image, out of what a model returned."""

import keras
import numpy as np
import tensorflow as tf

from keras_explain.engine.compiled_loss import said_by_loss
from keras_explain.engine.named_score import Score
from keras_explain.errors import ModelError, reason
from keras_explain.inputs.structure import written
from keras_explain.tracing.class_scores import class_score, dense_logits, find_head, proven_logits

# Of probabilities in half precision.
_ROUNDING = 2e-3


def explained_score(request, outputs, targets):
    """Returns the head, the targets and the score of a recorded pass, and where the network ends for it.

    Args:
        request: A `Request`.
        outputs: What the model returned, symbolic.
        targets: int32 `(N,)`, -1 for the predicted class; a custom score gets them as they are.

    Returns:
        The `tracing.class_scores.Head`, None where the score is none of a class; int32 `(N,)`, the predicted class by
        default; float32 `(N,)`, what is explained; and what that is made of, itself if nothing is known of how.

    Raises:
        ModelError: If the output is no table of class scores, or the custom score returns none.
    """
    outputs, own = request.chosen(outputs), request.score
    if callable(own) and not isinstance(own, Score):
        score = tf.cast(_own_score(own, outputs, targets), tf.float32)
        return None, targets, score, score
    by_loss = said_by_loss(request.model, request.output_names, request.output)
    if request.of_class:
        head = find_head(outputs, request.head, by_loss)
        targets = tf.where(targets < 0, tf.argmax(head.ranking, axis=1, output_type=tf.int32), targets)
        named = isinstance(own, Score)
        score = own(head.outputs, targets, lambda _: proven_logits(head)) if named else class_score(head, targets, own)
        return head, targets, tf.cast(score, tf.float32), head.outputs
    taken = []

    def logits(output):
        taken.append(dense_logits(output, request.head, by_loss))
        return taken[-1]

    score = tf.cast(own(outputs, targets, logits), tf.float32)
    return None, targets, score, taken[-1] if own.chooses else score


def everything(outputs, targets):
    """A score `(N,)` that depends on all outputs, for who asks a model for none."""
    flat = [tf.cast(values, tf.float32) for values in keras.tree.flatten(outputs)]
    return tf.add_n([tf.reduce_sum(values, range(1, values.shape.rank)) for values in flat])


def _own_score(own, outputs, targets):
    """Returns what a function of the user's makes of outputs, if that is a number an image."""
    try:
        score = own(outputs, targets)
    except (TypeError, ValueError) as error:
        shapes = ", ".join(f"{name} {tensor.shape}" for name, tensor in written(outputs).items())
        raise ModelError(
            f"expected score= as a function of outputs{shapes} and target (N,), with which it fails; {reason(error)}"
        ) from error
    if not tf.is_tensor(score) or score.shape.rank != 1 or score.shape[0] not in (None, targets.shape[0]):
        received = f"shape {tuple(score.shape)}" if tf.is_tensor(score) else type(score).__name__
        raise ModelError(f"expected score= to return shape (N,), one number an image, received {received}.")
    return score


def check_claim(claim, outputs):
    """Holds against a model's own outputs what they were taken for.

    Args:
        claim: See `tracing.class_scores.Head`.
        outputs: Array `(N, units)`.

    Raises:
        ModelError: If logits are a distribution each, or probabilities aren't in 0..1.
    """
    inside = (outputs > -_ROUNDING).all() and (outputs < 1 + _ROUNDING).all()
    if claim == "probabilities" and not inside:
        raise ModelError(
            f"expected an output of probabilities, received values from {outputs.min():.3g} to {outputs.max():.3g}; "
            'say what it is: head="softmax_logits", "sigmoid_logits" or "values".'
        )
    if claim == "logits" and inside and np.allclose(outputs.sum(axis=1), 1, atol=_ROUNDING):
        raise ModelError(
            "expected an output of logits, received rows in 0..1 that sum to 1, as probabilities do; if they are, use "
            'score="probability" with head="probabilities", else say so by head="softmax_logits" or "values".'
        )
