"""LayerCAM: a layer's activations, each place of each channel weighted by how much it raises the score."""

import tensorflow as tf

from keras_explain.methods.base import LayerGradient


class LayerCAM(LayerGradient):
    """Where a layer, a shallow one too, sees evidence for the class: its activations, weighted place by place.

    `M = ReLU(sum_k ReLU(g_k) A_k)` with `g_k = dS_c / dA_k`: the activations `A_k` of channel `k` and the gradient of
    the class score `S_c` by them, both at each place. Grad-CAM takes the mean of `g_k` over all places instead, which
    mixes places where a channel speaks for the class with others where it doesn't: in shallow layers, most.

    Maps are `(N, *spatial, 1)`, non-negative, in units of the score; bilinearly resized to the input.

    Cost: 1 forward pass, and 1 backward to the layer.
    Needs: a layer with spatial extent.
    Laws: behind global average pooling and one dense layer of positive weights, it is Grad-CAM.
    Fails: noisy in shallow layers; without the negative gradients, values don't add up to the score.

    Source: P.-T. Jiang et al., 2021, doi:10.1109/TIP.2021.3089943.

    Examples:
        >>> kx.LayerCAM(model, layer="conv1")(images, target=3).shape
        (2, 12, 16, 1)
    """

    key = "layer_cam"
    title = "LayerCAM"
    blank = (
        "no place of the layer raises the class's score; try target=None, another layer=, or HiResCAM, which is signed."
    )

    @staticmethod
    def combine(activations, gradients):
        return tf.nn.relu(tf.reduce_sum(tf.nn.relu(gradients) * activations, axis=-1, keepdims=True))
