"""What the ascent climbs: a score less what regularizers charge."""

import contextlib
import dataclasses
from collections.abc import Callable

import tensorflow as tf

from keras_explain.checks.options import is_number
from keras_explain.errors import ModelError, OptionError, brief


@dataclasses.dataclass(frozen=True, eq=False)
class Climbed:
    """What is climbed, and which way where it is flat.

    Attributes:
        score: float32 `(N,)`.
        closed: bool `(N,)`, for which images it is flat, as closed ReLUs make it; None for none.
        opening: Returns a context in which gradients pass what is closed.
    """

    score: tf.Tensor
    closed: tf.Tensor | None = None
    opening: Callable = contextlib.nullcontext


class Objective:
    """`f(I) - sum_r r(I)` of a model, with a score `f` and regularizers `r`."""

    def __init__(self, score, regularizers, title, signature):
        """Keeps what is climbed.

        Args:
            score: Function `(inputs, targets) -> Climbed` on symbolic tensors, see `Synthesis.score`.
            regularizers: Functions of the image in the model's units, `(N, *spatial, C) -> (N,)` or a scalar.
            title: The method's, for its refusal.
            signature: The model's `Signature`.
        """
        self._score, self._regularizers = score, tuple(regularizers)
        self._title, self._signature = title, signature

    def gradient(self, images, targets, to_input=tf.identity):
        """Returns the scores `(N,)` and the gradient of the objective by `images`, while it is traced.

        Args:
            images: What is changed, `(N, *spatial, C)`.
            targets: `(N, ...)`, what to climb of each.
            to_input: Turns it into the model's input `I`.

        Raises:
            ModelError: If the score has no gradient by the images.
        """
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(images)
            inputs = to_input(images)
            climbed = self._score(inputs, targets)
            charges = [tf.reduce_sum(_charged(regularizer, inputs)) for regularizer in self._regularizers]
            objective = tf.reduce_sum(climbed.score) - tf.add_n(charges or [0.0])
        gradient = tape.gradient(objective, images)
        if gradient is None:
            raise ModelError(
                f"{self._title.lower()} expects a score with a gradient by the image, received none: the model takes "
                f"{self._signature.explained.dtype.name} images, or casts them to integers; use a model of what "
                "follows that."
            )
        if climbed.closed is not None:

            def opened():
                with climbed.opening():
                    slope = tape.gradient(objective, images)
                return tf.where(tf.reshape(climbed.closed, [-1, *[1] * (images.shape.rank - 1)]), slope, gradient)

            gradient = tf.cond(tf.reduce_any(climbed.closed), opened, lambda: gradient)
        return climbed.score, gradient


def _charged(regularizer, images):
    """Returns what a regularizer charges, and refuses what is none."""
    charge = regularizer(images)
    number = is_number(charge) or (tf.is_tensor(charge) and (charge.dtype.is_floating or charge.dtype.is_integer))
    if not number or len(getattr(charge, "shape", ())) > 1:
        raise OptionError(f"expected regularizers that return (N,) or a scalar, received {brief(charge)}.")
    return tf.cast(charge, tf.float32)
