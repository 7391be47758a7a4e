"""Gradient times input: what each input value adds to the score, as far as the score is linear."""

import tensorflow as tf

from keras_explain.methods.base import InputGradient


class GradientTimesInput(InputGradient):
    """What each input value adds to the class score, if the score went on in a line down to an image of zeros.

    `M = I dS_c / dI`, with the class score `S_c` and the image `I`, elementwise and for each channel. Zero is what the
    model takes for zero, behind whatever scales its inputs: a value of 0 counts for nothing, however much it matters.

    Maps are `(N, *spatial, C)`, signed, in units of the score.

    Cost: 1 forward and 1 backward pass.
    Needs: that 0, in the model's own units, is where nothing is to be seen.
    Laws: of a network of ReLUs and pooling without biases, it sums to the logit; of a linear model, to the logit less
    the bias.
    Fails: noisy, as the gradient is; what is black is never marked.

    Source: A. Shrikumar et al., 2016, arXiv:1605.01713.

    Examples:
        >>> kx.GradientTimesInput(model)(images, target=3).shape
        (2, 12, 16, 3)
    """

    key = "gradient_times_input"
    title = "Gradient times input"

    def combine(self, images, gradients):
        return tf.cast(images, tf.float32) * gradients
