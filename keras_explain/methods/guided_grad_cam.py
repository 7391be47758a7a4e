"""Guided Grad-CAM."""

import tensorflow as tf

from keras_explain.methods.base import TracedExplainer
from keras_explain.methods.grad_cam import GradCAM
from keras_explain.methods.guided_backprop import GuidedBackprop


class GuidedGradCAM(TracedExplainer):
    """Fine detail where the class is: guided backpropagation times Grad-CAM, pixel by pixel.

    `M = G * L`, with the guided backpropagation `G` of the class score and its Grad-CAM `L`, resized to the input; both
    come from one forward pass.

    Maps are `(N, *spatial, C)`, signed, in units of score squared / input unit.

    Refused with a `MethodError`: a model without ReLUs, or with one that the rule can't reach.

    Source: R. Selvaraju et al., 2017, arXiv:1610.02391, section 3.2.
    """

    key = "guided_grad_cam"
    ruled = True
    signed = True

    def __init__(self, model, layer=None, *, call=-1, **options):
        """Traces the model.

        Args:
            model: A Keras model of any form.
            layer: The layer that Grad-CAM looks at, see `GradCAM`.
            call: Which of its calls, for a layer that is called more than once.
            **options: `score`, `input`, `output`, `batch_size`: see `TracedExplainer`.

        Raises:
            LayerError: If there is no such layer, or its output has no spatial extent.
        """
        self._guided_backprop = GuidedBackprop.waiting(model, **options)
        self._grad_cam = GradCAM.waiting(model, layer, call=call, **options)
        super().__init__(model, **options)

    @property
    def sources(self):
        return self._guided_backprop.sources + self._grad_cam.sources

    @property
    def layer(self):
        """Path of the layer that Grad-CAM looks at."""
        return self._grad_cam.layer

    def attribution(self, forward):
        detail = self._guided_backprop.attribution(forward)
        maps = self._grad_cam.attribution(forward)
        if forward.channels_first:
            maps = tf.expand_dims(maps[..., 0], 1)
        return tf.cast(detail, tf.float32) * maps
