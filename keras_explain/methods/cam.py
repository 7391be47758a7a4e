"""CAM: what each place before the global pooling adds to the logit."""

import tensorflow as tf

from keras_explain.checks.options import check_flag
from keras_explain.engine.watch import Watch
from keras_explain.errors import MethodError
from keras_explain.methods.base import advising
from keras_explain.methods.explainer import ModelExplainer


class CAM(ModelExplainer):
    """What each place adds to the class's logit, in a network of global average pooling and one dense layer at its end.

    `M_c(x, y) = sum_k w_k^c f_k(x, y)`, with the activation `f_k(x, y)` of channel `k` before the pooling and the
    weight `w_k^c` of that channel for class `c`. The mean of `M_c` plus the bias is the logit itself. Where a network
    pools its class scores directly, with no dense layer, the map is the class's own channel.

    Maps are `(N, *spatial, 1)`, signed, in units of the logit; bilinearly resized to the input.

    Cost: 1 forward pass.
    Needs: global average pooling and one dense layer at the end; else a `MethodError`.
    Laws: its mean plus the bias is the logit; its positive part is Grad-CAM times the number of places.
    Fails: coarse, as fine as the pooled layer.

    Source: B. Zhou et al., 2015, arXiv:1512.04150, equation 2.

    Examples:
        >>> kx.CAM(model)(images, target=3).shape
        (2, 12, 16, 1)
    """

    key = "cam"
    title = "CAM"
    layer = None
    watch = Watch()

    def __init__(self, model, *, resize=True, input=None, output=None, head=None, batch_size=32, lazy=False):
        """Traces the model.

        Args:
            model: A Keras model of any form, with the head that CAM is defined for.
            resize: Whether maps have the input's size, or else the pooled layer's own.
            input: Index or name of the input to explain, of several.
            output: Index or name of the output to explain, of several.
            head: What the output's units are, see `ModelExplainer`.
            batch_size: Number of images in memory at a time.
            lazy: Whether to trace with the first images rather than now, see `ModelExplainer`.

        Raises:
            MethodError: If the model ends in any other way.
        """
        self._resize = check_flag(resize, "resize=")
        super().__init__(model, input=input, output=output, head=head, batch_size=batch_size, lazy=lazy)

    def attribution(self, forward):
        with advising(MethodError, "use GradCAM instead of CAM: it needs no particular head."):
            activations, weights, self.layer, part = forward.pooled_head()
        maps = cam(activations, class_weights(weights, forward))
        return forward.resized(maps, part) if self._resize else maps


def cam(activations, weights):
    """Returns `sum_k w_k f_k`, `(N, *spatial, 1)`, from `f`, `(N, *spatial, K)`, and each image's `w`, `(N, K)`."""
    return tf.einsum("n...k,nk->n...", activations, weights)[..., tf.newaxis]


def class_weights(weights, forward):
    """Returns the weights `(N, K)` of each image's target class."""
    if forward.head.logits.shape[1] != weights.shape[1]:  # a single sigmoid unit is the logit of class 1, -it that of 0
        weights = tf.concat([-weights, weights], axis=1)
    return tf.transpose(tf.gather(weights, forward.targets, axis=1))
