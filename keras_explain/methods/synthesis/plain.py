"""The paper's recipe: gradient ascent on the score less the squared norm of the image."""

import dataclasses

import keras
import numpy as np
import tensorflow as tf

from keras_explain.checks.options import check_count, check_number, check_range
from keras_explain.errors import OptionError, brief
from keras_explain.methods.synthesis.recipe import MOST_STEPS, check_functions, cosine, modify

# The share of the way to the image where score and norm are in balance, if the gradient stayed as it is. It falls along
# a cosine, since the gradient of a deep network does not stay as it is.
_RATE, _LAST_RATE = 0.1, 0.02
# By how much the score of a linear model would rise along the first gradient, where l2 is chosen by it.
_RISE = 200.0
# The loop returns so often, for the progress to be shown.
_PARTS = 16


@dataclasses.dataclass(frozen=True, eq=False)
class Plain:
    """Ascends `f(I) - l2 ||I||^2` by `I <- I + rate / (2 l2) * gradient of it`.

    The norm alone gives the objective the curvature `2 l2`, so that steps in units of `1 / (2 l2)` fit models of any
    input range. Without modifiers and optimizer, the loop is compiled.

    Attributes:
        l2: Weight of the squared norm. None chooses it for each image by its first gradient `g`, as `||g||^2 / 400`,
            with which the score of a linear model would rise by 200.
        steps: Number of steps.
        regularizers: Functions `(N, *spatial, C) -> (N,)` of what the image is charged beside that: tf-keras-vis's
            `TotalVariation2D` and `Norm`, or own ones.
        input_modifiers: Functions of the image that are called before each step: tf-keras-vis's `Jitter`, `Rotate2D`
            and `Scale`, or own ones.
        optimizer: A Keras optimizer to take the steps instead of plain ascent.
        bounds: The range `(low, high)` of the model's input, which the image is kept in.
    """

    l2: float | None = None
    steps: int = 192
    regularizers: tuple = ()
    input_modifiers: tuple = ()
    optimizer: keras.optimizers.Optimizer | None = None
    bounds: tuple | None = None

    axes = None

    def __post_init__(self):
        check_count(self.steps, "steps", MOST_STEPS)
        if self.bounds is not None:
            check_range(self.bounds, "bounds")
        check_functions(self.regularizers, "regularizers")
        check_functions(self.input_modifiers, "input_modifiers")
        if self.optimizer is not None and not isinstance(self.optimizer, keras.optimizers.Optimizer):
            raise OptionError(f"expected optimizer as a keras.optimizers.Optimizer, received {brief(self.optimizer)}.")
        if self.l2 is not None:
            check_number(self.l2, "l2", 0)

    def charges(self, logits):
        """Returns the regularizers, the same for any score."""
        return self.regularizers

    def modifiers(self, size):
        """Returns the modifiers, the same for images of any size."""
        return self.input_modifiers

    def initial(self, shape, rng):
        """Returns random images `shape`: normal, around the middle of the bounds if there are any."""
        noise = rng.normal(size=shape)
        if self.bounds is not None:
            low, high = self.bounds
            noise = (low + high) / 2 + noise * (high - low) / 20
        return noise.astype(np.float32)

    def ascent(self, objective):
        """Returns what climbs an `Objective`: `(images, targets, modifiers, progress) -> (images, scores)`."""
        return _Ascent(self, objective)


class _Ascent:
    """Climbs an objective by a plain recipe."""

    def __init__(self, recipe, objective):
        self._recipe, self._objective = recipe, objective
        self._loop = tf.function(self._ascend, autograph=False, reduce_retracing=not recipe.regularizers)
        self._slope = tf.function(objective.gradient, autograph=False, reduce_retracing=not recipe.regularizers)

    def __call__(self, images, targets, modifiers, progress):
        steps, l2 = self._recipe.steps, self._recipe.l2
        images, targets = tf.constant(images), tf.constant(targets)
        curvature = tf.fill([len(images), *[1] * (images.shape.rank - 1)], float(l2 or 0))
        if not l2:
            _, slope = self._slope(images, targets)
            curvature = tf.reduce_sum(slope**2, range(1, images.shape.rank), keepdims=True) / (2 * _RISE)
        l2 = curvature if l2 is None else tf.fill(curvature.shape, float(l2))
        unit = 1 / (2 * tf.maximum(curvature, 1e-30))
        rates = tf.constant([cosine(step / steps, _RATE, _LAST_RATE) for step in range(steps)], tf.float32)
        if self._recipe.optimizer is None and not modifiers:
            return self._in_one_loop(images, targets, l2, unit, rates, progress)
        return self._step_by_step(images, targets, l2, unit, rates, modifiers, progress)

    def _in_one_loop(self, images, targets, l2, unit, rates, progress):
        found = []
        part = -(-len(rates) // _PARTS)
        for done in range(0, len(rates), part):
            images, scores = self._loop(images, targets, l2, unit, rates[done : done + part])
            found.append(scores.numpy())
            progress.step(len(found[-1]), [("score", found[-1][-1].mean())])
        return images.numpy(), np.concatenate(found)

    def _ascend(self, images, targets, l2, unit, rates):
        steps = tf.size(rates)
        scores = tf.TensorArray(tf.float32, steps, element_shape=targets.shape[:1])

        def body(step, images, scores):
            score, gradient = self._objective.gradient(images, targets)
            images = self._clip(images + rates[step] * unit * (gradient - 2 * l2 * images))
            return step + 1, images, scores.write(step, score)

        state = (tf.constant(0), images, scores)
        _, images, scores = tf.while_loop(lambda step, *_: step < steps, body, state, parallel_iterations=1)
        return images, scores.stack()

    def _step_by_step(self, images, targets, l2, unit, rates, modifiers, progress):
        variable, found = tf.Variable(images), []
        optimizer = self._recipe.optimizer
        optimizer = optimizer and type(optimizer).from_config(optimizer.get_config())
        for rate in rates:
            variable.assign(modify(modifiers, variable.value()))
            score, gradient = self._slope(variable.value(), targets)
            gradient = gradient - 2 * l2 * variable
            if optimizer is None:
                variable.assign_add(rate * unit * gradient)
            else:
                optimizer.apply([-gradient], [variable])
            variable.assign(self._clip(variable.value()))
            found.append(score.numpy())
            progress.step(1, [("score", found[-1].mean())])
        return variable.numpy(), np.stack(found)

    def _clip(self, images):
        bounds = self._recipe.bounds
        return images if bounds is None else tf.clip_by_value(images, *map(float, bounds))
