"""The paper's recipe: gradient ascent on the class score less the squared norm of the image."""

import numpy as np
import tensorflow as tf

from keras_explain.methods.class_visualization.objective import ascent_gradient, cosine, modify

STEPS = 192
# The share of the way to the image where score and norm are in balance, if the gradient stayed as it is. It falls along
# a cosine, since the gradient of a deep network does not stay as it is.
_RATE, _LAST_RATE = 0.1, 0.02
# By how much the score of a linear model would rise along the first gradient, where l2 is chosen by it.
_RISE = 200.0
# The loop returns so often, for the progress to be shown.
_PARTS = 16


def input_modifiers(size):
    """Returns the recipe's own modifiers for images of a spatial size: none."""
    return ()


def regularizers(bounds):
    """Returns the recipe's own regularizers: none beside the norm."""
    return ()


def initial(shape, rng, bounds):
    """Returns random images `shape`: normal, around the middle of the bounds if there are any."""
    noise = rng.normal(size=shape)
    if bounds is not None:
        low, high = bounds
        noise = (low + high) / 2 + noise * (high - low) / 20
    return noise.astype(np.float32)


class Recipe:
    """Ascends `f_c(I) - l2 ||I||^2` by `I <- I + rate / (2 l2) * gradient of it`.

    The norm alone gives the objective the curvature `2 l2`, so that steps in units of `1 / (2 l2)` fit models of any
    input range. Without modifiers and optimizer, the loop is compiled.
    """

    def __init__(self, question, signature, regularizers, bounds, l2, optimizer):
        """Keeps what `ClassVisualization` was given."""
        self._question, self._signature, self._l2 = question, signature, l2
        self._regularizers, self._optimizer, self._bounds = regularizers, optimizer, bounds
        self._loop = tf.function(self._ascend, autograph=False, reduce_retracing=not regularizers)
        self._slope = tf.function(self._gradient, autograph=False, reduce_retracing=not regularizers)

    def ascend(self, images, targets, steps, modifiers, progress):
        """Returns the images after `steps` steps and the scores `(steps, N)` before each."""
        images, targets = tf.constant(images), tf.constant(targets)
        curvature = tf.fill([len(images), *[1] * (images.shape.rank - 1)], float(self._l2 or 0))
        if not self._l2:
            _, slope = self._slope(images, targets)
            curvature = tf.reduce_sum(slope**2, range(1, images.shape.rank), keepdims=True) / (2 * _RISE)
        l2 = curvature if self._l2 is None else tf.fill(curvature.shape, float(self._l2))
        unit = 1 / (2 * tf.maximum(curvature, 1e-30))
        rates = tf.constant([cosine(step / steps, _RATE, _LAST_RATE) for step in range(steps)], tf.float32)
        if self._optimizer is None and not modifiers:
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
        scores = tf.TensorArray(tf.float32, steps, element_shape=targets.shape)

        def body(step, images, scores):
            score, gradient = self._gradient(images, targets)
            images = self._clip(images + rates[step] * unit * (gradient - 2 * l2 * images))
            return step + 1, images, scores.write(step, score)

        state = (tf.constant(0), images, scores)
        _, images, scores = tf.while_loop(lambda step, *_: step < steps, body, state, parallel_iterations=1)
        return images, scores.stack()

    def _step_by_step(self, images, targets, l2, unit, rates, modifiers, progress):
        variable, found = tf.Variable(images), []
        optimizer = self._optimizer and type(self._optimizer).from_config(self._optimizer.get_config())
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

    def _gradient(self, images, targets):
        return ascent_gradient(self._question, self._signature, targets, self._regularizers, images)

    def _clip(self, images):
        return images if self._bounds is None else tf.clip_by_value(images, *map(float, self._bounds))
