"""Gradient saliency."""

import tensorflow as tf

from keras_explain.errors import OptionError
from keras_explain.methods.base import TracedExplainer

_MAGNITUDES = {"square": tf.square, "abs": tf.abs, None: tf.identity}


class Saliency(TracedExplainer):
    """How strongly each input value moves the class score: the gradient of the score by the input.

    `M = (dS_c / dI)^2`, with the class score `S_c` and the image `I`, elementwise and for each channel. Squared, since
    the size of the slope tells that a pixel matters and its sign does not.

    Maps are `(N, *spatial, C)`, the input's shape; their unit is (score / input unit) squared, or unsquared.

    Source: K. Simonyan, A. Vedaldi, A. Zisserman, 2013, arXiv:1312.6034, section 3.
    """

    key = "saliency"
    sources = ("images",)

    def __init__(self, model, *, magnitude="square", **options):
        """Traces the model.

        Args:
            model: A Keras model of any form.
            magnitude: `"square"`, `"abs"`, or None for the signed gradient.
            **options: `score`, `input`, `output`, `batch_size`: see `TracedExplainer`.

        Raises:
            OptionError: If `magnitude` is none of the three.
        """
        if magnitude not in tuple(_MAGNITUDES):
            raise OptionError(f'expected magnitude="square", "abs" or None, received {magnitude!r}.')
        self.magnitude, self.signed = magnitude, magnitude is None
        super().__init__(model, **options)

    def attribution(self, forward):
        return _MAGNITUDES[self.magnitude](forward.gradient(forward.images))
