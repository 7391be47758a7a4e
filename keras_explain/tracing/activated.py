"""Recognize a softmax or a sigmoid in a traced graph, also in another form of the same number."""

import dataclasses

import tensorflow as tf

from keras_explain.tracing.graph import repeated


@dataclasses.dataclass(frozen=True)
class Activated:
    """What a softmax or a sigmoid makes of logits.

    Attributes:
        activation: `"softmax"` or `"sigmoid"`.
        logits: What it is applied to.
        probabilities: What it returns.
        logarithm: Whether the tensor is the logarithm of the probabilities.
    """

    activation: str
    logits: tf.Tensor
    probabilities: tf.Tensor
    logarithm: bool = False


def activated(tensor):
    """Returns what `tensor` is made of, if it is a softmax, a sigmoid or `1 - sigmoid`, or the logarithm of one.

    None if it is anything else, such as one that is scaled, clipped or averaged with others.
    """
    operation = tensor.op
    if operation.type in ("Softmax", "Sigmoid"):
        return Activated(operation.type.lower(), operation.inputs[0], tensor)
    if operation.type == "LogSoftmax":
        return Activated("softmax", operation.inputs[0], tf.exp(tensor), logarithm=True)
    if operation.type not in ("Log", "Exp", "Sub"):
        return None
    inner = activated(repeated(operation.inputs[-1]))
    if inner is None:
        return None
    if operation.type == "Log" and not inner.logarithm:
        return dataclasses.replace(inner, logarithm=True)
    if operation.type == "Exp" and inner.logarithm:
        return dataclasses.replace(inner, logarithm=False)
    if operation.type == "Sub" and inner.activation == "sigmoid" and not inner.logarithm:
        whole = tf.get_static_value(operation.inputs[0])
        if whole is not None and (whole == 1).all() and tensor.shape.rank == inner.logits.shape.rank:
            return Activated("sigmoid", -inner.logits, tensor)
    return None
