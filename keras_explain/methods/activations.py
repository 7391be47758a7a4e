"""Activations: a layer's feature maps as they are."""

from keras_explain.checks.options import check_flag
from keras_explain.engine.score import everything
from keras_explain.engine.tap import Tap
from keras_explain.engine.watch import Watch
from keras_explain.errors import LayerError
from keras_explain.methods.base import advising
from keras_explain.methods.explainer import ModelExplainer
from keras_explain.methods.units import along, find_units


class Activations(ModelExplainer):
    """What a layer returns: its feature maps, each channel the answer of one filter at all places.

    `A_k(p)`, the activation of channel `k` at place `p`, or along directions `w`: `sum_k w_k A_k(p)`. No class has a
    part in it: `target` changes nothing.

    Maps are `(N, *spatial, K)`, in the layer's own units and at its own size. `visual.channels.plot_channels` shows all
    channels; where a single picture is made, as by `explain`, it shows at each place the channel that is furthest from
    0, and negative values as none: choose one by `channel=`.

    Cost: 1 forward pass.
    Needs: a layer with spatial extent.
    Laws: equal to the output of a model that ends in the layer.
    Fails: that a filter answers doesn't say that the answer counts; Grad-CAM weighs channels by that.

    Source: M. D. Zeiler, R. Fergus, 2014, arXiv:1311.2901.

    Examples:
        >>> kx.Activations(model, "conv1")(images).shape
        (2, 10, 14, 4)
    """

    key = "activations"
    title = "Activations"
    watch = Watch()
    blank = "all ReLUs of the layer are closed; look at the layer before them."

    def __init__(
        self, model, layer=None, channel=None, *, call=-1, grid=None, resize=False, score=everything, **options
    ):
        """Traces the model.

        Args:
            model: A Keras model of any form, with outputs of any kind.
            layer: The layer to look at, see `LayerGradient`: None for the last features.
            channel: A channel or several, or directions, see `FeatureVisualization`; None for all channels.
            call: Which of its calls, for a layer that is called more than once.
            grid: How tokens lie that can't be followed to the image, see `GradCAM`.
            resize: Whether maps are bilinearly resized to the input.
            score: That of explainers which are to share their forward pass with this one, if they do: `"logit"`.
            **options: `input`, `output`, `head`, `batch_size`, `lazy`: see `ModelExplainer`.

        Raises:
            LayerError: If there is no such layer, or its output has no spatial extent.
            OptionError: If it has no such channel.
        """
        self._tap, self._channel = Tap(model, layer, call, grid), channel
        self._resize = check_flag(resize, "resize=")
        super().__init__(model, score=score, **options)

    @property
    def layer(self):
        """Path of the layer that is looked at; None before it is known."""
        return self._tap.path

    def attribution(self, forward):
        with advising(LayerError, "use FeatureVisualization or most_exciting, which need no places."):
            maps = forward.activations(self._tap)
        if self._channel is not None:
            maps = along(maps, find_units(self._channel, None, maps.shape[1:], self.layer))
        return forward.resized(maps, self._tap.part) if self._resize else maps
