"""Guided Grad-CAM: guided backpropagation times Grad-CAM, from one forward pass."""

from keras_explain.engine.tap import Tap
from keras_explain.engine.watch import Watch
from keras_explain.methods.base import input_gradient, scale_map
from keras_explain.methods.explainer import ModelExplainer
from keras_explain.methods.grad_cam import GradCAM
from keras_explain.methods.guided_backprop import GuidedBackprop


class GuidedGradCAM(ModelExplainer):
    """Fine detail where the class is: guided backpropagation times Grad-CAM, pixel by pixel.

    `M = G * L`, with the guided backpropagation `G` of the class score and its Grad-CAM `L`, resized to the input; both
    come from one forward pass.

    Maps are `(N, *spatial, C)`, signed, in units of score squared / input unit.

    Cost: 1 forward and 2 backward passes.
    Needs: ReLUs, all of them within the rule's reach, and a layer with spatial extent.
    Laws: it is the product of the two maps.
    Fails: its place is Grad-CAM's, its detail guided backpropagation's, with the same failure.

    Source: R. Selvaraju et al., 2017, arXiv:1610.02391, section 3.2.

    Examples:
        >>> kx.GuidedGradCAM(model, layer="conv1")(images, target=3).shape
        (2, 12, 16, 3)
    """

    key = "guided_grad_cam"
    title = "Guided Grad-CAM"
    signed = fine = True

    def __init__(self, model, layer=None, *, call=-1, grid=None, **options):
        """Traces the model.

        Args:
            model: A Keras model of any form.
            layer: The layer that Grad-CAM looks at, see `GradCAM`.
            call: Which of its calls, for a layer that is called more than once.
            grid: How tokens lie that can't be followed to the image, see `GradCAM`.
            **options: `score`, `input`, `output`, `head`, `batch_size`, `lazy`: see `ModelExplainer`.

        Raises:
            LayerError: If there is no such layer, or its output has no spatial extent.
        """
        self._tap = Tap(model, layer, call, grid)
        super().__init__(model, **options)

    @property
    def watch(self):
        return Watch(images=True, taps=(self._tap,), rules=True)

    @property
    def layer(self):
        """Path of the layer that Grad-CAM looks at."""
        return self._tap.path

    def attribution(self, forward):
        detail = input_gradient(forward, GuidedBackprop.rule, self.title)
        return detail * scale_map(forward, self._tap, GradCAM.combine)
