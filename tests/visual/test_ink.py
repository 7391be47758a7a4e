import numpy as np

from keras_explain.visual.ink import ink_picture


def test_ink_is_the_square_root_of_the_value():
    values = np.array([[[0.0], [1.0], [4.0], [9.0], [-4.0]]])
    assert ink_picture(values, 4.0)[0, :, 0].tolist() == [255, 128, 0, 0, 255]


def test_of_several_channels_the_largest_is_shown_and_a_blank_map_is_white():
    assert ink_picture(np.array([[[0.0, 2.0, 1.0]]]), 2.0).tolist() == [[[0, 0, 0]]]
    assert ink_picture(np.zeros((2, 2, 3))).min() == 255
