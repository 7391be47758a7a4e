"""What the ascent climbs: the class score less what regularizers charge."""

import tensorflow as tf

from keras_explain.checks.options import is_number
from keras_explain.engine.forward_pass import ForwardPass
from keras_explain.engine.watch import Watch
from keras_explain.errors import ModelError, OptionError, brief


class Objective:
    """`f_c(I) - sum_r r(I)` of a model, with the class score `f_c` and regularizers `r`."""

    def __init__(self, request, signature, regularizers=()):
        """Keeps what is climbed.

        Args:
            request: The `Request` whose score is `f_c`.
            signature: The model's `Signature`.
            regularizers: Functions of the image in the model's units, `(N, *spatial, C) -> (N,)` or a scalar.
        """
        self.regularizers = tuple(regularizers)
        self._request, self._signature = request, signature

    def gradient(self, images, targets, to_input=tf.identity):
        """Returns the scores `(N,)` and the gradient of the objective by `images`, while it is traced.

        Args:
            images: What is changed, `(N, *spatial, C)`.
            targets: int32 `(N,)`.
            to_input: Turns it into the model's input `I`.

        Raises:
            ModelError: If the score has no gradient by the images.
        """
        with tf.GradientTape() as tape:
            tape.watch(images)
            inputs = to_input(images)
            forward = ForwardPass(self._request, self._signature, [inputs], targets, Watch())
            charges = [tf.reduce_sum(_charged(regularizer, inputs)) for regularizer in self.regularizers]
            objective = tf.reduce_sum(forward.score) - tf.add_n(charges or [0.0])
        gradient = tape.gradient(objective, images)
        if gradient is None:
            raise ModelError(
                "class visualization expects a score with a gradient by the image, received none: the model takes "
                f"{self._signature.explained.dtype.name} images, or casts them to integers; use a model of what "
                "follows that."
            )
        return forward.score, gradient


def _charged(regularizer, images):
    """Returns what a regularizer charges, and refuses what is none."""
    charge = regularizer(images)
    number = is_number(charge) or (tf.is_tensor(charge) and (charge.dtype.is_floating or charge.dtype.is_integer))
    if not number or len(getattr(charge, "shape", ())) > 1:
        raise OptionError(f"expected regularizers that return (N,) or a scalar, received {brief(charge)}.")
    return tf.cast(charge, tf.float32)
