"""Gradient-weighted class activation mapping."""

import tensorflow as tf

from keras_explain.engine.forward_pass import Tap
from keras_explain.methods.base import TracedExplainer


class GradCAM(TracedExplainer):
    """Where a layer sees evidence for the class: its channels, weighted by how much each raises the score.

    `L = ReLU(sum_k a_k A^k)` with `a_k = 1/Z sum_ij dy_c / dA^k_ij`: the activations `A^k` of channel `k`, the class
    score `y_c` and the number `Z` of places `ij`. Negative values are evidence for other classes, hence the ReLU.

    Maps are `(N, *spatial, 1)`, non-negative, in units of the score; bilinearly resized to the input.

    Source: R. Selvaraju et al., 2017, arXiv:1610.02391, equations 1 and 2.
    """

    key = "grad_cam"
    blank = (
        "the layer has no evidence for the class, only against it or none; try target=None, an earlier layer=, or "
        "Saliency or CAM, which show the signed values."
    )

    def __init__(self, model, layer=None, *, call=-1, resize=True, **options):
        """Traces the model.

        Args:
            model: A Keras model of any form.
            layer: The layer to look at: a name, a path into nested models (`"backbone/conv"`) or the layer itself. None
                for the last one with spatial extent that is no pooling.
            call: Which of its calls, for a layer that is called more than once.
            resize: Whether maps have the input's size, or else the layer's own.
            **options: `score`, `input`, `output`, `batch_size`: see `TracedExplainer`.

        Raises:
            LayerError: If there is no such layer, or its output has no spatial extent.
        """
        self._tap = Tap(model, layer, call)
        self._resize = resize
        super().__init__(model, **options)

    @property
    def sources(self):
        return (self._tap,)

    @property
    def layer(self):
        """Path of the layer that is looked at."""
        return self._tap.path

    def attribution(self, forward):
        activations = forward.activations(self._tap)
        gradients = forward.channels_last(forward.gradient(activations))
        maps = grad_cam(forward.channels_last(activations), gradients)
        return forward.resized(maps) if self._resize else maps


def grad_cam(activations, gradients):
    """Returns `ReLU(sum_k a_k A^k)`, `(N, *spatial, 1)`, from `A` and `dy/dA`, both `(N, *spatial, K)`."""
    activations, gradients = tf.cast(activations, tf.float32), tf.cast(gradients, tf.float32)
    weights = tf.reduce_mean(gradients, axis=range(1, gradients.shape.rank - 1))
    return tf.nn.relu(tf.einsum("n...k,nk->n...", activations, weights))[..., tf.newaxis]
