"""XGrad-CAM: a layer's channels, weighted by the gradient where they are active."""

import tensorflow as tf

from keras_explain.methods.base import LayerGradient


class XGradCAM(LayerGradient):
    """What a layer adds to the score, spread over the places of its channels: Grad-CAM whose values add up.

    `M = sum_k w_k F^k` with `w_k = sum_xy g^k_xy F^k_xy / sum_xy F^k_xy`, 0 where a channel's sum is: the activations
    `F^k` of channel `k`, and the gradient `g^k_xy` of the class score `S_c` by them at the place `xy`. Grad-CAM takes
    the plain mean of `g^k` instead, XGrad-CAM the mean over where the channel is active. The map is the weighted sum
    itself, without a ReLU, which would break the law of its sum; the authors' code draws `ReLU(M)`.

    Maps are `(N, *spatial, 1)`, signed, in units of the score; bilinearly resized to the input, which keeps no sum.

    Cost: 1 forward pass, and 1 backward to the layer.
    Needs: a layer with spatial extent; activations that aren't negative, as behind a ReLU, for the weights to be means.
    Laws: the map sums to what HiResCAM's does, the logit less the bias where all behind the layer is linear; behind
    global average pooling `M` is HiResCAM, and `ReLU(M)` is Grad-CAM.
    Fails: coarse, as fine as the layer; one weight a channel, so that places where it speaks for and against the class
    look alike; values without bound where a channel's positive and negative activations nearly cancel.

    Source: R. Fu, Q. Hu, X. Dong, Y. Guo, Y. Gao, B. Li, 2020, arXiv:2008.02312, section 3.

    Examples:
        >>> kx.XGradCAM(model, layer="conv1")(images, target=3).shape
        (2, 12, 16, 1)
    """

    key = "xgrad_cam"
    title = "XGrad-CAM"
    signed = True

    @staticmethod
    def combine(activations, gradients):
        places = range(1, gradients.shape.rank - 1)
        sums = tf.reduce_sum(activations, places)
        weights = tf.math.divide_no_nan(tf.reduce_sum(gradients * activations, places), sums)
        return tf.einsum("n...k,nk->n...", activations, weights)[..., tf.newaxis]
