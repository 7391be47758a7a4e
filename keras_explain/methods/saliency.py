"""Gradient saliency: the slope of the score at each input value."""

import tensorflow as tf

from keras_explain.checks.options import check_choice
from keras_explain.methods.base import InputGradient

_MAGNITUDES = {"square": tf.square, "abs": tf.abs, None: tf.identity}


class Saliency(InputGradient):
    """How strongly each input value moves the class score: the gradient of the score by the input.

    `M = (dS_c / dI)^2`, with the class score `S_c` and the image `I`, elementwise and for each channel. Squared, since
    the size of the slope tells that a pixel matters and its sign does not.

    Maps are `(N, *spatial, C)`, the input's shape; their unit is (score / input unit) squared, or unsquared.

    Cost: 1 forward and 1 backward pass.
    Needs: that the slope at this image tells enough.
    Laws: of a linear model it is the squared weights, whatever the image.
    Fails: noisy; zero where the score is saturated.

    Source: K. Simonyan, A. Vedaldi, A. Zisserman, 2013, arXiv:1312.6034, section 3.

    Examples:
        >>> kx.Saliency(model, magnitude="abs")(images, target=3).shape
        (2, 12, 16, 3)
    """

    key = "saliency"
    title = "Saliency"

    def __init__(self, model, *, magnitude="square", **options):
        """Traces the model.

        Args:
            model: A Keras model of any form.
            magnitude: `"square"`, `"abs"`, or None for the signed gradient.
            **options: `score`, `input`, `output`, `head`, `batch_size`, `lazy`: see `ModelExplainer`.

        Raises:
            OptionError: If `magnitude` is none of the three.
        """
        self.magnitude = check_choice(magnitude, "magnitude=", tuple(_MAGNITUDES))
        self.signed = magnitude is None
        super().__init__(model, **options)

    def combine(self, images, gradients):
        return _MAGNITUDES[self.magnitude](gradients)
