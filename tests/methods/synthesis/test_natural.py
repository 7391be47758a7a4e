import numpy as np
import tensorflow as tf

from keras_explain.methods.synthesis.natural import whiten


def test_frequencies_are_divided_by_themselves():
    row = np.arange(16)
    for cycles in (1, 2, 4):
        wave = np.cos(2 * np.pi * cycles * row / 16).astype("float32")
        images = np.broadcast_to(wave[np.newaxis, np.newaxis, :, np.newaxis], (2, 16, 16, 1))
        np.testing.assert_allclose(whiten(tf.constant(images)), images / (cycles / 16), atol=1e-3)


def test_odd_and_non_square_sizes_keep_their_shape(rng):
    assert whiten(tf.constant(rng.normal(size=(2, 9, 13, 3)), dtype=tf.float32)).shape == (2, 9, 13, 3)


def test_gray_is_the_commonest_color():
    wave = np.cos(np.pi / 2 * np.arange(4))[:, np.newaxis]
    size = [
        np.linalg.norm(whiten(tf.constant(wave * [color] * np.ones((1, 4, 4, 1)), tf.float32)))
        for color in ([1, 1, 1], [1, 0, -1])
    ]
    assert size[0] > 4 * size[1]


def test_brightness_is_taken_away():
    np.testing.assert_allclose(whiten(tf.ones((1, 4, 6, 3))), 0, atol=1e-6)
