"""Class activation mapping."""

import tensorflow as tf

from keras_explain.methods.base import TracedExplainer


class CAM(TracedExplainer):
    """What each place adds to the class's logit, in a network of global average pooling and one dense layer at its end.

    `M_c(x, y) = sum_k w_k^c f_k(x, y)`, with the activation `f_k(x, y)` of channel `k` before the pooling and the
    weight `w_k^c` of that channel for class `c`. The mean of `M_c` plus the bias is the logit itself. Where a network
    pools its class scores directly, with no dense layer, the map is the class's own channel.

    Maps are `(N, *spatial, 1)`, signed, in units of the logit; bilinearly resized to the input.

    Source: B. Zhou et al., 2015, arXiv:1512.04150, equation 2.
    """

    key = "cam"

    def __init__(self, model, *, resize=True, input=None, output=None, batch_size=32):
        """Traces the model.

        Args:
            model: A Keras model of any form, with the head that CAM is defined for.
            resize: Whether maps have the input's size, or else the pooled layer's own.
            input: Index or name of the input to explain, of several.
            output: Index or name of the output to explain, of several.
            batch_size: Number of images in memory at a time.

        Raises:
            MethodError: If the model ends in any other way.
        """
        self._resize = resize
        self._layer = None
        super().__init__(model, input=input, output=output, batch_size=batch_size)

    @property
    def layer(self):
        """Path of the layer whose output is pooled."""
        return self._layer

    def attribution(self, forward):
        head, self._layer = forward.pooled_head()
        maps = cam(forward.channels_last(head.activations), _class_weights(head.weights, forward))
        return forward.resized(maps) if self._resize else maps


def cam(activations, weights):
    """Returns `sum_k w_k f_k`, `(N, *spatial, 1)`, from `f`, `(N, *spatial, K)`, and each image's `w`, `(N, K)`."""
    activations, weights = tf.cast(activations, tf.float32), tf.cast(weights, tf.float32)
    return tf.einsum("n...k,nk->n...", activations, weights)[..., tf.newaxis]


def _class_weights(weights, forward):
    """Returns the weights `(N, K)` of each image's target class."""
    units = forward.head.outputs.shape[1]
    weights = tf.eye(units) if weights is None else tf.cast(weights, tf.float32)
    if forward.head.logits.shape[1] != units:  # a single sigmoid unit: its logit is that of class 1, negated that of 0
        weights = tf.concat([-weights, weights], axis=1)
    return tf.transpose(tf.gather(weights, forward.targets, axis=1))
