"""LayerCAM: a layer's activations, each place of each channel weighted by how much it raises the score."""

import tensorflow as tf

from keras_explain.engine.tap import Tap
from keras_explain.engine.watch import Watch
from keras_explain.errors import OptionError
from keras_explain.methods.base import LayerGradient, layer_map

_GAMMA = 2.0  # the paper's


class LayerCAM(LayerGradient):
    """Where a layer, a shallow one too, sees evidence for the class: its activations, weighted place by place.

    `M = ReLU(sum_k ReLU(g_k) A_k)` with `g_k = dS_c / dA_k`: the activations `A_k` of channel `k` and the gradient of
    the class score `S_c` by them, both at each place. Grad-CAM takes the mean of `g_k` over all places instead, which
    mixes places where a channel speaks for the class with others where it doesn't: in shallow layers, most.

    Of several layers, the maps are fused: the maximum of `M / max M` at the input's size, place by place, with `max M`
    of each image and layer, and of `tanh(2 M / max M)` for shallow layers, whose many small values it lifts. Shallow
    are the first three of the five stages of the paper's VGG16, and here all finer than the coarsest layer given.

    Maps are `(N, *spatial, 1)`, non-negative, in units of the score, and fused ones from 0 to 1; bilinearly resized to
    the input.

    Cost: 1 forward pass, and 1 backward to each layer.
    Needs: a layer with spatial extent.
    Laws: behind global average pooling and one dense layer of positive weights, it is Grad-CAM; a fused map stays as it
    is when the score is scaled, and is nowhere below the coarsest layer's `M / max M`.
    Fails: noisy in shallow layers; without the negative gradients, values don't add up to the score.

    Source: P.-T. Jiang et al., 2021, doi:10.1109/TIP.2021.3089943, equation 9 for several layers.

    Examples:
        >>> kx.LayerCAM(model, layer="conv1")(images, target=3).shape
        (2, 12, 16, 1)
    """

    key = "layer_cam"
    title = "LayerCAM"
    blank = (
        "no place of the layer raises the class's score; try target=None, another layer=, or HiResCAM, which is signed."
    )

    def __init__(self, model, layer=None, *, call=-1, grid=None, resize=True, **options):
        """Traces the model.

        Args:
            model: A Keras model of any form.
            layer: The layer to look at, see `GradCAM`; or a list of them, whose maps are fused.
            call: Which of its calls, for a layer that is called more than once.
            grid: How tokens lie that can't be followed to the image, see `GradCAM`.
            resize: Whether maps have the input's size, as fused ones have to, or else the layer's own.
            **options: `score`, `input`, `output`, `head`, `batch_size`, `lazy`: see `ModelExplainer`.

        Raises:
            LayerError: If there is no such layer, or its output has no spatial extent.
            OptionError: If there is no layer in the list, or several aren't to be resized.
        """
        first, *others = layer if isinstance(layer, (list, tuple)) and layer else [layer]
        if others and resize is False:
            raise OptionError(
                "expected resize=True for several layers, whose maps are fused at the input's size, received False."
            )
        self._others = tuple(Tap(model, other, call, grid) for other in others)
        super().__init__(model, first, call=call, grid=grid, resize=resize, **options)

    @property
    def watch(self):
        return Watch(taps=(self._tap, *self._others))

    @property
    def layer(self):
        """Path of the layer that is looked at, of several with a plus between them; None before it is known."""
        paths = [tap.path for tap in self.watch.taps]
        return None if None in paths else " + ".join(paths)

    def attribution(self, forward):
        if not self._others:
            return super().attribution(forward)
        maps = comparable([layer_map(forward, tap, self.combine) for tap in self.watch.taps])
        resized = [forward.resized(one, tap.part) for one, tap in zip(maps, self.watch.taps)]
        return tf.reduce_max(resized, axis=0)

    @staticmethod
    def combine(activations, gradients):
        return tf.nn.relu(tf.reduce_sum(tf.nn.relu(gradients) * activations, axis=-1, keepdims=True))


def comparable(maps):
    """Returns the maps `(N, *spatial, 1)` of several layers from 0 to 1 in each image, the finer ones lifted."""
    places = [tf.reduce_prod(tf.shape(one)[1:]) for one in maps]
    shares = [tf.math.divide_no_nan(one, tf.reduce_max(one, range(1, one.shape.rank), keepdims=True)) for one in maps]
    coarsest = tf.reduce_min(places)
    return [tf.where(count > coarsest, tf.tanh(_GAMMA * share), share) for count, share in zip(places, shares)]
