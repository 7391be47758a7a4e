"""A recipe for pictures in which a person recognizes the class."""

import numpy as np
import tensorflow as tf

from keras_explain.methods.class_visualization.objective import ascent_gradient, cosine, modify

STEPS = 160
_RATE, _LAST_RATE, _DECAY = 0.3, 0.08, 0.015
_SHARPENING = 0.08  # the share of steps at the end without modifiers, whose interpolation blurs
# The square root of the covariance of colors in ImageNet (Olah et al. 2017, the code of "Feature Visualization").
_COLORS = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]], np.float32)


def input_modifiers(size):
    """Returns the shifts, scalings and rotations between steps, for images of a spatial size: tf-keras-vis's own."""
    from tf_keras_vis.activation_maximization.input_modifiers import Jitter, Rotate2D, Scale

    return Jitter(max(1, round(max(size) / 28))), Scale(0.93, 1.07), Rotate2D(5)


def regularizers(bounds):
    """Returns tf-keras-vis's total variation, weighted for a range of values."""
    from tf_keras_vis.activation_maximization.regularizers import TotalVariation2D

    return (TotalVariation2D(300.0 / (bounds[1] - bounds[0])),)


def initial(shape, rng, bounds):
    """Returns random images `shape` of few, soft colors."""
    noise = whiten(tf.constant(rng.normal(size=shape), tf.float32))
    return _to_range(0.3 * noise / tf.math.reduce_std(noise), bounds).numpy()


class Recipe:
    """Ascends the score in the frequencies and colors that natural images have.

    The image is `low + (high - low) sigmoid(v)`. Each step follows the gradient by `v`, in which every frequency `f` is
    weighted by `1 / f`, the amplitude it has in natural images, and colors by their covariance; its root mean square is
    the rate, which falls along a cosine. Between steps the image is shifted, scaled and rotated a little, so that
    nothing survives that only one alignment with the network's grid makes visible.

    Source: C. Olah, A. Mordvintsev, L. Schubert, 2017, "Feature Visualization", doi:10.23915/distill.00007.
    """

    def __init__(self, question, signature, regularizers, bounds):
        """Keeps what `ClassVisualization` was given."""
        self._question, self._signature, self._bounds = question, signature, bounds
        self._regularizers = regularizers
        self._step = tf.function(self._take_step, autograph=False)

    def ascend(self, images, targets, steps, modifiers, progress):
        """Returns the images after `steps` steps and the scores `(steps, N)` before each."""
        low, high = self._bounds
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
        score, slope = ascent_gradient(
            self._question, self._signature, targets, self._regularizers, latent, self._to_input
        )
        slope = whiten(slope)
        size = tf.sqrt(tf.reduce_mean(slope**2, axis=[1, 2, 3], keepdims=True))
        return latent + rate * tf.math.divide_no_nan(slope, size), score

    def _to_input(self, latent):
        return _to_range(latent, self._bounds)


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
