"""Eigen-CAM: the pattern that a layer's activations share, whatever the class."""

import tensorflow as tf

from keras_explain.methods.base import LayerGradient


class EigenCAM(LayerGradient):
    """What a layer sees most of, whatever the class: its activations along the direction in which they are largest.

    `L = A v_1`, with the activations `A` as a matrix of places by channels, not centered, and its first right singular
    vector `v_1`, of length 1. This is no class map: no gradient has a part in its values, and all classes have the same
    map but for its sign. A singular vector has no sign of its own, so that maps elsewhere are inverted by chance; here
    it is the one along which the score `S_c` rises, `v_1 . sum_ij dS_c / dA_ij > 0`, and where that is 0 to rounding,
    the one of a map whose sum isn't negative. A negative map says that what the layer sees most of speaks against the
    class.

    Maps are `(N, *spatial, 1)`, signed, in units of the activations; bilinearly resized to the input.

    Cost: 1 forward pass, 1 backward to the layer, and the eigenvectors of a matrix of as many rows as the layer has
    channels or places, whichever are fewer.
    Needs: a layer with spatial extent, that sees one thing most of all.
    Laws: the squares of the map sum to the largest squared singular value of `A`; times `t`, the activations have a map
    times `t`; where `A` is of rank 1, the map is `A`'s own pattern, in full.
    Fails: says nothing of the class; shows the background where that excites the layer most; two directions of nearly
    the same size may trade places from image to image.

    Source: M. B. Muhammad, M. Yeasin, 2020, arXiv:2008.00299.

    Examples:
        >>> kx.EigenCAM(model, layer="conv1")(images, target=3).shape
        (2, 12, 16, 1)
    """

    key = "eigen_cam"
    title = "Eigen-CAM"
    signed = True
    blank = "the layer is not active at all; try another layer= or image."

    @staticmethod
    def combine(activations, gradients):
        shape = tf.shape(activations)
        rows = tf.reshape(activations, [shape[0], -1, shape[-1]])
        gradients = tf.reshape(gradients, tf.shape(rows))
        direction = first_right_singular_vectors(rows)
        maps = rows @ direction
        slopes = tf.reduce_sum(gradients, axis=1, keepdims=True) @ direction
        rounding = 1e-5 * tf.reduce_sum(tf.abs(gradients), axis=1, keepdims=True) @ tf.abs(direction)
        rising = tf.where(tf.abs(slopes) > rounding, slopes, tf.reduce_sum(maps, axis=1, keepdims=True))
        return tf.reshape(tf.where(rising < 0, -maps, maps), tf.concat([shape[:-1], [1]], 0))


def first_right_singular_vectors(matrices):
    """Returns the first right singular vector `(N, columns, 1)` of each of the matrices `(N, rows, columns)`.

    It is the last eigenvector of the smaller of the two Gram matrices. A matrix of zeros has any, or none, of length 0.
    """
    largest = tf.reduce_max(tf.abs(matrices), axis=[1, 2], keepdims=True)
    scaled = tf.math.divide_no_nan(matrices, largest)  # or else the squares of small values would be 0
    scaled = tf.where(tf.math.is_finite(scaled), scaled, 0)  # or else one image that isn't finite would fail all

    def by_columns():
        return tf.linalg.eigh(tf.matmul(scaled, scaled, transpose_a=True))[1][..., -1:]

    def by_rows():
        left = tf.linalg.eigh(tf.matmul(scaled, scaled, transpose_b=True))[1][..., -1:]
        return tf.math.l2_normalize(tf.matmul(scaled, left, transpose_a=True), axis=1)

    rows, columns = tf.unstack(tf.shape(matrices)[1:])
    return tf.cond(columns <= rows, by_columns, by_rows)
