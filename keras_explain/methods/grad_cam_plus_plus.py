"""Grad-CAM++: a layer's channels, weighted by the places that raise the score, each place by a share of its own."""

import tensorflow as tf

from keras_explain.methods.base import LayerGradient


class GradCAMPlusPlus(LayerGradient):
    """Where a layer sees evidence for the class, several objects of it too: its channels, weighted place by place.

    `L = ReLU(sum_k w_k A^k)` with `w_k = sum_ij alpha^k_ij ReLU(g^k_ij)` and
    `alpha^k_ij = g^2 / (2 g^2 + sum_ab A^k_ab g^3)`, 0 where the denominator is: the activations `A^k` of channel `k`,
    and the gradient `g^k_ij` of the class score `S_c` by them at the place `ij`. At equal gradients a channel weighs
    the more the fewer places it fires at, so that a small object isn't outshone by a large one.

    The paper's score is `exp(S_c)`, whose factor cancels in `alpha` and else scales the whole map. It is left out here,
    since it overflows from a logit of 89 on.

    Maps are `(N, *spatial, 1)`, non-negative, in units of the score, which has to be a pure number as a logit is;
    bilinearly resized to the input.

    Cost: 1 forward pass, and 1 backward to the layer.
    Needs: a layer with spatial extent; activations that aren't negative, as behind a ReLU, for `alpha` to be a share.
    Laws: a channel that is scaled, and its gradient with it, so that the score stays, leaves the map as it is; behind
    global average pooling and one dense layer, `L = ReLU(sum_k w_k A^k / (2 + w_k mean A^k))` over that layer's
    positive weights.
    Fails: coarse, as fine as the layer; blind to channels that speak against the class, so that it changes less than
    Grad-CAM from class to class.

    Source: A. Chattopadhyay, A. Sarkar, P. Howlader, V. N. Balasubramanian, 2018, arXiv:1710.11063, equation 19.

    Examples:
        >>> kx.GradCAMPlusPlus(model, layer="conv1")(images, target=3).shape
        (2, 12, 16, 1)
    """

    key = "grad_cam_plus_plus"
    title = "Grad-CAM++"
    blank = (
        "no place of the layer raises the class's score; try target=None, another layer=, or HiResCAM, which is signed."
    )

    @staticmethod
    def combine(activations, gradients):
        places = range(1, gradients.shape.rank - 1)
        sums = tf.reduce_sum(activations, places, keepdims=True)
        # `g^2` is in all of alpha's terms: without it nothing underflows where gradients are small
        shares = tf.math.divide_no_nan(tf.nn.relu(gradients), 2 + sums * gradients)
        weights = tf.reduce_sum(shares, places)
        return tf.nn.relu(tf.einsum("n...k,nk->n...", activations, weights))[..., tf.newaxis]
