"""The number that is explained of each image, out of what a model returned."""

import tensorflow as tf

from keras_explain.errors import ModelError
from keras_explain.tracing.class_scores import class_score, find_head


def explained_score(request, outputs, targets):
    """Returns the head, the targets and the score of a recorded pass.

    Args:
        request: A `Request`.
        outputs: What the model returned, symbolic.
        targets: int32 `(N,)`, -1 for the predicted class; a custom score gets them as they are.

    Returns:
        The `tracing.class_scores.Head`, None with a custom score; int32 `(N,)`, the predicted class by default; and
        float32 `(N,)`, what is explained.

    Raises:
        ModelError: If the output is no table of class scores, or the custom score returns none.
    """
    outputs = request.chosen(outputs)
    if callable(request.score):
        head, score = None, request.score(outputs, targets)
        if not tf.is_tensor(score) or score.shape.rank != 1:
            received = score.shape if tf.is_tensor(score) else type(score).__name__
            raise ModelError(f"expected score= to return shape (N,), as a tensor, received {received}.")
    else:
        head = find_head(outputs)
        targets = tf.where(targets < 0, tf.argmax(head.logits, axis=1, output_type=tf.int32), targets)
        score = class_score(head, targets, request.score)
    return head, targets, tf.cast(score, tf.float32)
