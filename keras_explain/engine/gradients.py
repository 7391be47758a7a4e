"""Gradients of a recorded score: true ones, and ones by a backward rule for ReLUs."""

import contextlib
import warnings

import tensorflow as tf

from keras_explain.errors import ExplainWarning
from keras_explain.tracing.relu_rules import ReluScope
from keras_explain.tracing.stand_in import standing_in

# Gradients of a float16 network are taken this much larger, since those of a large layer would vanish.
_HALF_SCALE = 256.0


class Gradients:
    """Gradients of the score of one recorded pass.

    Those by the images are taken by a tape, those by what a layer returns in the graph: a tape would pass all the way
    back to where it was begun, since the layer that will be asked for isn't known while the model is recorded.
    """

    def __init__(self, watch, images):
        """Watches the explained input, if the `Watch` says so and it holds no integers."""
        self._images = images if watch.images and images.dtype.is_floating else None
        self._tape = tf.GradientTape(persistent=True, watch_accessed_variables=False)
        self._relus = ReluScope() if watch.rules else None
        self._score, self._outputs, self._scale, self._told, self._taken = None, None, 1.0, set(), {}

    @contextlib.contextmanager
    def recording(self):
        """Within the block, what is computed can be asked for gradients by the images."""
        with contextlib.nullcontext() if self._images is None else self._tape:
            if self._images is not None:
                self._tape.watch(self._images)
            yield

    @property
    def stand_ins(self):
        """What stands in while the model is traced, so that its ReLUs follow rules."""
        return () if self._relus is None else self._relus.stand_ins

    def following(self, rule):
        """Within the block, gradients of other tapes follow a rule as well, unproven; see `ReluScope.following`."""
        return self._relus.following(rule)

    def of(self, score, outputs, half, told):
        """Takes the recorded score.

        Args:
            score: float32 `(N,)`.
            outputs: What the score was made of, where the search for ReLUs begins.
            half: Whether some of the model computes in float16.
            told: The set of the activations that no rule is for and that were warned of.
        """
        self._score, self._outputs, self._told = score, outputs, told
        self._scale = _HALF_SCALE if half else 1.0

    def at(self, tensor, rule=None):
        """Returns `d score_n / d tensor_n` for each image `n`, of the tensor's shape; None if there is none.

        The scores are summed first: at inference no image has a part in another's score.

        Args:
            tensor: The explained input, or what is computed from it.
            rule: The backward rule that ReLUs follow, see `tracing.relu_rules`; None for the true gradient.

        Raises:
            RuleError: If the rule doesn't reach all ReLUs from there to the score, or there are none.
        """
        key = (id(tensor), rule)
        if key not in self._taken:
            gradient = self._scaled(tensor, rule, self._scale)
            if gradient is not None and self._scale != 1:
                gradient = tf.cond(  # what is finite without the scale may not be with it
                    tf.reduce_all(tf.math.is_finite(gradient)),
                    lambda: gradient,
                    lambda: _finite_first(gradient, self._scaled(tensor, rule, 1.0)),
                )
            self._taken[key] = gradient
        return self._taken[key]

    def _scaled(self, tensor, rule, scale):
        """Returns the gradient, taken so many times larger, in float32 if any is."""
        gradient = self._ruled(tensor, rule, scale) if rule else self._passed_back(tensor, scale)
        return gradient if gradient is None or self._scale == 1 else tf.cast(gradient, tf.float32) / scale

    def _ruled(self, tensor, rule, scale):
        reach = self._relus.reach(tensor, self._outputs)
        if reach.others and reach.others not in self._told:
            message = f"the model has other activations than ReLU, which keep their true gradient: {reach.others}."
            warnings.warn(message, ExplainWarning, stacklevel=2)
            self._told.add(reach.others)
        with self._relus.following(rule) as followed:
            gradient = self._passed_back(tensor, scale)
        reach.check(followed)
        return gradient

    def _passed_back(self, tensor, scale):
        def run():
            scales = tf.fill(tf.shape(self._score), scale)
            if tensor is self._images:
                return self._tape.gradient(self._score, tensor, scales)
            return tf.gradients(self._score, tensor, scales)[0] if tensor.dtype.is_floating else None

        gradient = standing_in(self.stand_ins, run)  # under keras.remat, ReLUs are traced again here
        return None if gradient is None else tf.convert_to_tensor(gradient)


def _finite_first(gradients, others):
    """Returns for each image its gradient, or the other one where it isn't finite."""
    finite = tf.reduce_all(tf.math.is_finite(gradients), range(1, gradients.shape.rank), keepdims=True)
    return tf.where(finite, gradients, others)
