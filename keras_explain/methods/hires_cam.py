"""HiResCAM: a layer's activations times the gradient by them, which add up to the score."""

import tensorflow as tf

from keras_explain.methods.base import LayerGradient


class HiResCAM(LayerGradient):
    """What each place of a layer adds to the score: its activations times the gradient by them.

    `M = sum_k g_k A_k` with `g_k = dS_c / dA_k`: the activations `A_k` of channel `k` and the gradient of the class
    score `S_c` by them, both at each place. There is no ReLU: places that speak against the class are negative. Where
    all behind the layer is linear, as flattening and one dense layer, the map's sum and the bias are the logit itself;
    behind global average pooling `Z M = CAM`, and `ReLU(M)` is Grad-CAM.

    Maps are `(N, *spatial, 1)`, signed, in units of the score; bilinearly resized to the input, which keeps no sum.

    Cost: 1 forward pass, and 1 backward to the layer.
    Needs: a layer with spatial extent; for sums that are the score, one with nothing but linear layers behind it.
    Laws: before a flattening and one dense layer, it sums to the logit less the bias; behind global average pooling,
    it is CAM over the number of places.
    Fails: coarse, as fine as the layer; further from the output no sum of the score.

    Source: R. L. Draelos, L. Carin, 2020, arXiv:2011.08891.

    Examples:
        >>> kx.HiResCAM(model, layer="conv1")(images, target=3).shape
        (2, 12, 16, 1)
    """

    key = "hires_cam"
    title = "HiResCAM"
    signed = True

    @staticmethod
    def combine(activations, gradients):
        return tf.reduce_sum(gradients * activations, axis=-1, keepdims=True)
