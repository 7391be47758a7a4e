"""Find the class scores in a traced model's output: the logits before softmax or sigmoid, and the probabilities."""

import dataclasses

import tensorflow as tf

from keras_explain.checks.choices import HEADS
from keras_explain.errors import ModelError
from keras_explain.tracing.activated import activated
from keras_explain.tracing.own_entries import own_entries
from keras_explain.tracing.proven_values import are_values
from keras_explain.tracing.units import leaves, rebuilt


@dataclasses.dataclass(frozen=True)
class Head:
    """The end of a classifier, as float32 tensors in the traced graph.

    Attributes:
        outputs: `(N, units)` logits as the network has them; what it returns where there are none.
        activation: `"softmax"`, `"sigmoid"`, both joined as `"softmax, sigmoid"`, `"linear"`, or None where it isn't
            known what the numbers are.
        logits: `(N, classes)`; of a single sigmoid unit `f`, the two columns `-f` and `f`. None where none are proven.
        probabilities: `(N, classes)`, what the model itself returns or the softmax of its logits; None if it has none.
        claim: What is to be held against the first values: `"logits"`, which no distribution can be; or
            `"probabilities"`, which lie in 0..1; None if that is proven, or was said.
    """

    outputs: tf.Tensor
    activation: str | None
    logits: tf.Tensor | None
    probabilities: tf.Tensor | None
    claim: str | None = None

    @property
    def ranking(self):
        """`(N, classes)`, the predicted class having the largest value."""
        return self.logits if self.probabilities is None else self.probabilities


def find_head(outputs, said=None, by_loss=None):
    """Returns the `Head` of a traced model, whose graph still shows what the softmax or sigmoid was applied to.

    What only selects, joins and reorders activated units is looked through. Units whose logits the graph doesn't
    prove have none, unless it is said what they are.

    Args:
        outputs: Symbolic output `(N, classes)` of the model; axes of length 1 between the two don't matter.
        said: What its units are, one of `HEADS`, by the user's word.
        by_loss: The same by the loss that the model was compiled with.

    Raises:
        ModelError: If the output is no table of class scores, as in segmentation or detection, or is said to be what
            the graph shows it isn't.
    """
    shape = outputs.shape
    if shape.rank is None or any(size != 1 for size in shape[1:-1]) or (shape.rank > 1 and shape[-1] is None):
        raise ModelError(
            f"expected a model output of shape (N, classes), received {tuple(shape)}; pass score=, one of "
            "scores.region, scores.box and scores.unit or a function (outputs, target) -> (N,), that says which number "
            "to explain."
        )
    return _head(tf.reshape(outputs, (-1, 1 if shape.rank == 1 else shape[-1])), said, by_loss)


def dense_logits(outputs, said=None, by_loss=None):
    """Returns the logits of an output of any rank, float32 `(N, ..., classes)`, as `find_head` finds those of a table.

    What the loss says of units of which the graph proves nothing is not taken: it isn't held against all the values.

    Args:
        outputs: Symbolic output `(N, ..., classes)` of the model.
        said: What its units are, one of `HEADS`, by the user's word.
        by_loss: The same by the loss that the model was compiled with.

    Raises:
        ModelError: If the output has no axis of classes, no logits are proven, or it is said to be what it isn't.
    """
    if not hasattr(outputs, "op"):
        raise ModelError("expected an output of a traced model, received numbers; hand the score to an explainer.")
    if outputs.shape.rank is None or outputs.shape.rank < 2 or outputs.shape[-1] is None:
        raise ModelError(f"expected a model output of shape (N, ..., classes), received {outputs.shape}.")
    head = _head(outputs, said, by_loss, hold=True)
    if head.logits is None:
        raise ModelError(
            "expected an output of linear units or of a softmax or sigmoid, whose logits the graph proves, received "
            f"another; say what it is by head= one of {', '.join(HEADS)}, or explain a value by scores.unit."
        )
    return head.logits


def _head(table, said, by_loss, hold=False):
    """Returns the head of units along the last axis; with `hold`, what the loss alone says is not taken."""
    found = {id(leaf): (leaf, activated(leaf)) for leaf in leaves(table)}
    kinds = list(dict.fromkeys(one.activation for _, one in found.values() if one))
    values = all(one or are_values(leaf) for leaf, one in found.values())
    if kinds and values and said != "values":
        if said in ("softmax_logits", "sigmoid_logits"):
            raise ModelError(f'expected an output of logits for head="{said}", received one of {" and ".join(kinds)}.')
        return _of_activated(table, found, kinds)
    by_loss = None if hold and not values else by_loss
    return _of_plain(tf.cast(table, tf.float32), values, said or by_loss, said is None)


def _of_activated(table, found, kinds):
    """Returns the head of units that are all activated, or values beside such."""

    def made(part):
        return tf.cast(rebuilt(table, {key: part(leaf, one) for key, (leaf, one) in found.items()}), tf.float32)

    logits = outputs = made(lambda leaf, one: one.logits if one else leaf)
    probabilities = None
    if all(one for _, one in found.values()):
        probabilities = made(lambda leaf, one: one.probabilities)
    if logits.shape[-1] == 1 and kinds == ["sigmoid"] and probabilities is not None:
        logits, probabilities = two_classes(logits, 0), two_classes(probabilities, 1)
    return Head(outputs, ", ".join(kinds), logits, probabilities)


def _of_plain(outputs, values, said, assumed):
    """Returns the head of units without an activation.

    Args:
        outputs: float32 `(N, ..., units)`.
        values: Whether the graph proves that they are no probabilities.
        said: What they are said to be, one of `HEADS` or None.
        assumed: Whether nobody but a loss has said it.
    """
    units = outputs.shape[-1]
    claim = "logits" if assumed and units > 1 else None
    if values and assumed and said == "probabilities":  # the loss contradicts the graph
        said = "values"
    if said == "probabilities" or (said is None and not values):
        shown = two_classes(outputs, 1) if units == 1 else outputs
        return Head(outputs, None, None, shown, "probabilities")
    if said == "sigmoid_logits":
        logits = two_classes(outputs, 0) if units == 1 else outputs
        return Head(outputs, "linear", logits, tf.sigmoid(logits), claim)
    probabilities = None if said == "values" or units == 1 else tf.nn.softmax(outputs)
    return Head(outputs, "linear", outputs, probabilities, claim)


def two_classes(unit, whole):
    """Returns the columns `whole - f` and `f` of the single unit `f`."""
    return tf.concat([whole - unit, unit], axis=-1)


def proven_logits(head):
    """Returns the logits of a `Head`.

    Raises:
        ModelError: If none are proven.
    """
    if head.logits is None:
        raise ModelError(
            'score="logit" expects a model that ends in a softmax, a sigmoid or linear units, received one whose '
            'output may be probabilities by another route; use score="probability" if it is, or say what it is by '
            f"head= one of {', '.join(HEADS)}."
        )
    return head.logits


def class_score(head, targets, kind):
    """Returns the score `(N,)` of each image's target class: its logit or its probability.

    Raises:
        ModelError: If a probability is asked of a model that gives none, or a logit where none is proven.
    """
    if kind == "probability" and head.probabilities is None:
        raise ModelError(
            'score="probability" expects an output of probabilities, or of the logits of a softmax or a sigmoid, '
            'received values that are not known to be; use score="logit", which explains the value, or say what they '
            f"are by head= one of {', '.join(HEADS)}."
        )
    return own_entries(proven_logits(head) if kind == "logit" else head.probabilities, targets)
