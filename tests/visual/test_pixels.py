import numpy as np
import pytest

from keras_explain.errors import InputError
from keras_explain.visual.pixels import to_pixels


@pytest.mark.parametrize(
    "values",
    [
        np.array([0, 51, 255], "uint8"),
        np.array([0.0, 51.0, 255.0]),
        np.array([0.0, 0.2, 1.0]),
        np.array([-1.0, -0.6, 1.0]),
    ],
)
def test_common_ranges_are_inferred(values):
    pixels = to_pixels(values.reshape(1, 1, 3, 1))
    assert pixels.dtype == np.uint8 and pixels.shape == (1, 1, 3, 3)
    assert pixels[0, 0].tolist() == [[0] * 3, [51] * 3, [255] * 3]


def test_standardized_images_span_from_black_to_white(rng):
    pixels = to_pixels(rng.normal(size=(2, 30, 40, 3)))
    assert pixels.min() == 0 and pixels.max() == 255 and 120 < pixels.mean() < 135


def test_dark_bytes_stay_dark():
    assert to_pixels(np.array([0, 1, 12], "uint8").reshape(1, 1, 3, 1))[0, 0, :, 0].tolist() == [0, 1, 12]


def test_one_range_for_all_images():
    assert to_pixels(np.array([0.1, 1.0]).reshape(2, 1, 1, 1))[0].max() < 30


def test_given_range():
    assert to_pixels(np.array([0.0, 5.0, 10.0]).reshape(1, 1, 3, 1), (0, 10))[0, 0, :, 0].tolist() == [0, 128, 255]


def test_what_is_no_image_is_refused():
    with pytest.raises(InputError, match=r"received \(4, 5, 6, 7\)"):
        to_pixels(np.zeros((4, 5, 6, 7)))
