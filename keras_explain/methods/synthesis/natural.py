"""A recipe for pictures in which a person recognizes what is meant."""

import dataclasses

import numpy as np
import tensorflow as tf

from keras_explain.checks.options import check_count, check_range
from keras_explain.errors import OptionError
from keras_explain.methods.synthesis.recipe import MOST_STEPS, check_functions, cosine, modify

_RATE, _LAST_RATE, _DECAY = 0.3, 0.08, 0.015
_SHARPENING = 0.08  # the share of steps at the end without modifiers, whose interpolation blurs
_VARIATION = 300.0  # the weight of the total variation, for a range of values of 1
# The square root of the covariance of colors in ImageNet (Olah et al. 2017, the code of "Feature Visualization").
_COLORS = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]], np.float32)


@dataclasses.dataclass(frozen=True, eq=False)
class Natural:
    """Ascends the score in the frequencies and colors that natural images have.

    The image is `low + (high - low) sigmoid(v)`. Each step follows the gradient by `v`, in which every frequency `f` is
    weighted by `1 / f`, the amplitude it has in natural images, and colors by their covariance; its root mean square is
    the rate, which falls along a cosine. Between steps the image is shifted, scaled and rotated a little, so that
    nothing survives that only one alignment with the network's grid makes visible.

    Source: C. Olah, A. Mordvintsev, L. Schubert, 2017, "Feature Visualization", doi:10.23915/distill.00007.

    Attributes:
        bounds: The range `(low, high)` of the model's input, which the image is kept in.
        steps: Number of steps.
        regularizers: Functions `(N, H, W, C) -> (N,)` of what the image is charged; None for tf-keras-vis's total
            variation, weighted for logits and the bounds, and for none where no logit is climbed.
        input_modifiers: Functions of the image that are called before each step; None for tf-keras-vis's shifts,
            scalings and rotations.
    """

    bounds: tuple = None
    steps: int = 160
    regularizers: tuple | None = None
    input_modifiers: tuple | None = None

    axes = 2

    def __post_init__(self):
        if self.bounds is None:
            raise OptionError('recipe="natural" expects bounds=, the range of the model\'s input, such as (0, 255).')
        check_range(self.bounds, "bounds")
        check_count(self.steps, "steps", MOST_STEPS)
        if self.regularizers is not None:
            check_functions(self.regularizers, "regularizers")
        if self.input_modifiers is not None:
            check_functions(self.input_modifiers, "input_modifiers")

    def charges(self, logits):
        """Returns the regularizers for a score that is a logit or another number, as an activation of any scale."""
        if self.regularizers is not None or not logits:
            return self.regularizers or ()
        from tf_keras_vis.activation_maximization.regularizers import TotalVariation2D

        return (TotalVariation2D(_VARIATION / (self.bounds[1] - self.bounds[0])),)

    def modifiers(self, size):
        """Returns the shifts, scalings and rotations between steps, for images of a spatial size."""
        if self.input_modifiers is not None:
            return self.input_modifiers
        from tf_keras_vis.activation_maximization.input_modifiers import Jitter, Rotate2D, Scale

        return Jitter(max(1, round(max(size) / 28))), Scale(0.93, 1.07), Rotate2D(5)

    def initial(self, shape, rng):
        """Returns random images `shape` of few, soft colors."""
        noise = whiten(tf.constant(rng.normal(size=shape), tf.float32))
        return _to_range(0.3 * noise / tf.math.reduce_std(noise), self.bounds).numpy()

    def ascent(self, objective):
        """Returns what climbs an `Objective`: `(images, targets, modifiers, progress) -> (images, scores)`."""
        return _Ascent(self, objective)


class _Ascent:
    """Climbs an objective by a natural recipe."""

    def __init__(self, recipe, objective):
        self._recipe, self._objective = recipe, objective
        self._step = tf.function(self._take_step, autograph=False)

    def __call__(self, images, targets, modifiers, progress):
        (low, high), steps = self._recipe.bounds, self._recipe.steps
        share = np.clip((images - low) / (high - low), 1e-3, 1 - 1e-3)
        latent, targets, found = np.log(share / (1 - share)).astype(np.float32), tf.constant(targets), []
        for step in range(steps):
            if step < (1 - _SHARPENING) * steps:
                latent = modify(modifiers, latent)
            rate = cosine(step / steps, _RATE, _LAST_RATE)
            latent, score = self._step(tf.convert_to_tensor(latent), targets, tf.constant(rate))
            found.append(score.numpy())
            progress.step(1, [("score", found[-1].mean())])
        return self._to_input(latent).numpy(), np.stack(found)

    def _take_step(self, latent, targets, rate):
        latent = (1 - _DECAY) * latent
        score, slope = self._objective.gradient(latent, targets, self._to_input)
        slope = whiten(slope)
        size = tf.sqrt(tf.reduce_mean(slope**2, axis=[1, 2, 3], keepdims=True))
        return latent + rate * tf.math.divide_no_nan(slope, size), score

    def _to_input(self, latent):
        return _to_range(latent, self._recipe.bounds)


def _to_range(latent, bounds):
    low, high = bounds
    return low + (high - low) * tf.sigmoid(latent)


def whiten(images):
    """Returns images `(N, H, W, C)` with each frequency `f` divided by `f`, and the covariance of natural colors.

    The mean is taken away: the overall brightness is what a step would change most, and shows nothing.
    """
    height, width, channels = images.shape[1:]
    vertical, horizontal = np.fft.fftfreq(height)[:, np.newaxis], np.fft.rfftfreq(width)
    frequency = np.hypot(vertical, horizontal)
    weight = np.divide(1, frequency, out=np.zeros_like(frequency), where=frequency > 0)
    spectrum = tf.signal.rfft2d(tf.transpose(images, (0, 3, 1, 2))) * tf.constant(weight, tf.complex64)
    images = tf.transpose(tf.signal.irfft2d(spectrum, (height, width)), (0, 2, 3, 1))
    return images @ tf.constant(_COLORS @ _COLORS.T) if channels == 3 else images
