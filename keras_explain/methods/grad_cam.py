"""Grad-CAM: a layer's channels, weighted by how much each raises the score."""

import tensorflow as tf

from keras_explain.methods.base import LayerGradient


class GradCAM(LayerGradient):
    """Where a layer sees evidence for the class: its channels, weighted by how much each raises the score.

    `L = ReLU(sum_k a_k A^k)` with `a_k = 1/Z sum_ij dy_c / dA^k_ij`: the activations `A^k` of channel `k`, the class
    score `y_c` and the number `Z` of places `ij`. Negative values are evidence for other classes, hence the ReLU.

    Maps are `(N, *spatial, 1)`, non-negative, in units of the score; bilinearly resized to the input.

    Cost: 1 forward pass, and 1 backward to the layer.
    Needs: a layer with spatial extent.
    Laws: behind global average pooling and one dense layer, it is the positive part of CAM over the number of places.
    Fails: coarse, as fine as the layer; blank if the layer only speaks against the class.

    Source: R. Selvaraju et al., 2017, arXiv:1610.02391, equations 1 and 2.

    Examples:
        >>> kx.GradCAM(model, layer="conv1")(images, target=3).shape
        (2, 12, 16, 1)
    """

    key = "grad_cam"
    title = "Grad-CAM"
    blank = (
        "the layer has no evidence for the class, only against it or none; try target=None, an earlier layer=, or "
        "Saliency or CAM, which show the signed values."
    )

    @staticmethod
    def combine(activations, gradients):
        weights = tf.reduce_mean(gradients, axis=range(1, gradients.shape.rank - 1))
        return tf.nn.relu(tf.einsum("n...k,nk->n...", activations, weights))[..., tf.newaxis]
