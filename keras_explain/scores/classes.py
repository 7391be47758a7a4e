"""Scores of several classes: one against another, against all others, several together."""

import dataclasses

import numpy as np
import tensorflow as tf

from keras_explain.checks.options import check_count, is_listed
from keras_explain.engine.named_score import Score
from keras_explain.errors import ModelError, OptionError, brief
from keras_explain.tracing.class_scores import dense_logits
from keras_explain.tracing.own_entries import own_entries


def difference(a, b):
    """Why one class rather than another: the logit of class `a` less that of class `b`.

    `S = y^a - y^b`. Behind a softmax it is `log p_a - log p_b`, the log-odds between the two, whatever the others are.

    Units: those of a logit.

    Args:
        a: The class.
        b: The other class.

    Returns:
        A `Score` of an output `(N, classes)`.

    Raises:
        OptionError: If they are no indices of two classes.
    """
    a, b = (check_count(value, name, least=0) for name, value in (("a", a), ("b", b)))
    if a == b:
        raise OptionError(f"expected two classes, received {a} twice.")
    return Difference(a, b)


def margin():
    """How sure of the class: the logit of the target less the largest of the others.

    `S = y^c - max_{k != c} y^k`, of the target class `c`, by default the predicted one: positive where it is predicted,
    0 at the boundary to the class that comes next.

    Units: those of a logit. Of a single sigmoid unit, whose classes have the logits `-f` and `f`, it is twice that.

    Returns:
        A `Score` of an output `(N, classes)`, which takes `target=`.

    Source: K. Crammer and Y. Singer, 2001, "On the algorithmic implementation of multiclass kernel-based vector
    machines", the margin of an example.
    """
    return Margin()


def multi_label(classes):
    """Why several classes together, of a model that gives each image any number of them: the sum of their logits.

    `S = sum_{c in C} y^c`. A sum, so that the gradient is the sum of those of the classes, none of which counts for
    more because it is surer; of independent sigmoids each logit is the log-odds of its class.

    Units: those of a logit.

    Args:
        classes: The set `C`, indices.

    Returns:
        A `Score` of an output `(N, classes)`.

    Raises:
        OptionError: If they are no indices, or there are none.
    """
    listed = list(classes) if isinstance(classes, (set, frozenset)) else classes
    if not is_listed(listed) or len(listed) == 0:
        raise OptionError(f"expected classes as a set of one index or more, received {brief(classes)}.")
    return MultiLabel(tuple(sorted({check_count(one, "each of classes", least=0) for one in listed})))


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Difference(Score):
    """See `difference`."""

    key = "difference"

    a: int
    b: int

    def __call__(self, outputs, target, logits=dense_logits):
        logits = table_of(self, outputs, logits)
        return logits[:, self.a] - logits[:, self.b]

    def title(self, name):
        return f"{name(self.a)} rather than {name(self.b)}"

    @property
    def named(self):
        return self.a, self.b


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Margin(Score):
    """See `margin`."""

    key = "margin"
    takes_target = True

    def __call__(self, outputs, target, logits=dense_logits):
        logits = table_of(self, outputs, logits)
        count = logits.shape[1]
        if count < 2:
            raise ModelError(f"expected two classes or more for {self}, received one; say what it is by head=.")
        target = tf.where(target < 0, tf.argmax(logits, axis=1, output_type=tf.int32), target)
        own = tf.one_hot(target, count, on_value=True, off_value=False)
        others = tf.reduce_max(tf.where(own, -np.inf, logits), axis=1)
        return own_entries(logits, target) - others

    def title(self, name):
        return "margin"


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class MultiLabel(Score):
    """See `multi_label`."""

    key = "multi_label"

    classes: tuple

    def __call__(self, outputs, target, logits=dense_logits):
        return tf.reduce_sum(tf.gather(table_of(self, outputs, logits), self.classes, axis=1), axis=1)

    def title(self, name):
        return " and ".join(map(name, self.classes))

    @property
    def named(self):
        return self.classes


def table_of(score, outputs, logits):
    """Returns the logits `(N, classes)` of an output that is a table of class scores; axes of length 1 don't matter.

    Raises:
        ModelError: If it is none.
        OptionError: If it has no such class.
    """
    if outputs.shape.rank is None or outputs.shape.rank < 2 or any(size != 1 for size in outputs.shape[1:-1]):
        raise ModelError(
            f"expected an output of shape (N, classes) for {score}, received {outputs.shape}; choose one by output=, "
            "or use scores.region, scores.box or scores.unit."
        )
    logits = logits(outputs)
    check_classes(score, logits)
    return tf.reshape(logits, (-1, logits.shape[-1]))


def check_classes(score, logits):
    """Refuses a score of classes that the logits don't have along their last axis."""
    count, last = logits.shape[-1], max(score.named, default=0)
    if last >= count:
        raise OptionError(f"expected classes from 0 to {count - 1} for {score}, received {last}.")
