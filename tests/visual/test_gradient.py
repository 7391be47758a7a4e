import numpy as np
import pytest

from keras_explain.errors import InputError
from keras_explain.visual.gradient import gradient_picture


def test_zero_is_gray_and_each_channel_a_color():
    values = np.array([[[0.0, 2.0, -2.0], [1.0, -9.0, 9.0]]])
    assert gradient_picture(values, 2.0).tolist() == [[[128, 255, 0], [191, 0, 255]]]
    assert gradient_picture(values[..., 1:2], 2.0).tolist() == [[[255] * 3, [0] * 3]]


def test_the_largest_values_are_black_and_white():
    assert gradient_picture(np.array([[[2.0], [-2.0], [1.0]]])).tolist() == [[[255] * 3, [0] * 3, [191] * 3]]


def test_a_blank_map_is_gray():
    assert gradient_picture(np.zeros((2, 2, 3))).tolist() == [[[128] * 3] * 2] * 2


def test_other_maps_are_refused():
    with pytest.raises(InputError, match=r"received \(4, 5, 2\)"):
        gradient_picture(np.zeros((4, 5, 2)))
