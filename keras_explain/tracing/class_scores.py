"""Find the class scores in a traced model's output: the logits before softmax or sigmoid, and the probabilities."""

import dataclasses

import tensorflow as tf

from keras_explain.errors import ModelError
from keras_explain.tracing.graph import source

_ELEMENTWISE = {"Add", "AddV2", "AddN", "Sub", "Mul", "RealDiv", "Maximum", "Minimum", "ClipByValue", "Pow", "Log"}
_ACTIVATIONS = {"Softmax": "softmax", "LogSoftmax": "softmax", "Sigmoid": "sigmoid"}


@dataclasses.dataclass(frozen=True)
class Head:
    """The end of a classifier, as float32 tensors in the traced graph.

    Attributes:
        outputs: `(N, units)` logits as the network has them.
        activation: `"softmax"`, `"sigmoid"`, `"linear"`, or `"mixed"` where probabilities are averaged or clipped, so
            that there are no logits: the probabilities stand in their place.
        logits: `(N, classes)`; of a single sigmoid unit `f`, the two columns `-f` and `f`.
        probabilities: `(N, classes)`, or None for a single linear unit, which has none.
    """

    outputs: tf.Tensor
    activation: str
    logits: tf.Tensor
    probabilities: tf.Tensor | None


def find_head(outputs):
    """Returns the `Head` of a traced model, whose graph still shows what the softmax or sigmoid was applied to.

    Args:
        outputs: Symbolic output `(N, classes)` of the model; axes of length 1 between the two don't matter.

    Raises:
        ModelError: If the output is no table of class scores, as in segmentation or detection.
    """
    shape = outputs.shape
    if shape.rank is None or any(size != 1 for size in shape[1:-1]):
        raise ModelError(
            f"expected a model output of shape (N, classes), received {tuple(shape)}; "
            "pass score=, a function (outputs, target) -> (N,), that says which number to explain."
        )
    last = source(outputs)
    activation = _ACTIVATIONS.get(last.op.type, "linear")
    units = 1 if shape.rank == 1 else shape[-1]
    if activation == "linear" and _mixes_probabilities(outputs):
        outputs = tf.cast(tf.reshape(outputs, (-1, units)), tf.float32)
        outputs = tf.concat([1 - outputs, outputs], axis=1) if units == 1 else outputs
        return Head(outputs, "mixed", outputs, outputs)
    found = outputs if activation == "linear" else last.op.inputs[0]
    found = tf.cast(tf.reshape(found, (-1, units)), tf.float32)
    if activation == "sigmoid" and units == 1:
        logits = tf.concat([-found, found], axis=1)
        return Head(found, activation, logits, tf.sigmoid(logits))
    if activation == "sigmoid":
        return Head(found, activation, found, tf.sigmoid(found))
    return Head(found, activation, found, tf.nn.softmax(found) if units > 1 else None)


def class_score(head, targets, kind):
    """Returns the score `(N,)` of each image's target class: its logit or its probability.

    Raises:
        ModelError: If a probability is asked of a single linear unit, or a logit where there is none.
    """
    if kind == "logit" and head.activation == "mixed":
        raise ModelError(
            'score="logit" expects a model that ends in a softmax, a sigmoid or linear units, received one that goes '
            'on with probabilities (an average of several models?); use score="probability".'
        )
    if kind == "logit":
        return tf.gather(head.logits, targets, axis=1, batch_dims=1)
    if head.probabilities is None:
        raise ModelError(
            'score="probability" expects a softmax, a sigmoid or several units at the end of the model, '
            'received one linear unit; use score="logit", which explains its value.'
        )
    return tf.gather(head.probabilities, targets, axis=1, batch_dims=1)


def _mixes_probabilities(outputs):
    """Tells whether the output is computed from probabilities of its own shape, number by number."""
    waiting, seen = [outputs], set()
    while waiting:
        tensor = source(waiting.pop())
        if tensor.op in seen or tensor.shape.rank != outputs.shape.rank or tensor.shape[-1:] != outputs.shape[-1:]:
            continue
        seen.add(tensor.op)
        if tensor.op.type in _ACTIVATIONS:
            return True
        if tensor.op.type in _ELEMENTWISE:
            waiting.extend(tensor.op.inputs)
    return False
