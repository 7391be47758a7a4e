import numpy as np
import pytest
from keras.applications.imagenet_utils import preprocess_input

from keras_explain.errors import InputError, OptionError
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


def test_dark_floats_that_are_whole_stay_dark():
    assert to_pixels(np.array([0.0, 1, 12]).reshape(1, 1, 3, 1))[0, 0, :, 0].tolist() == [0, 1, 12]


@pytest.mark.parametrize("mode", ["caffe", "torch", "tf"])
def test_what_keras_applications_make_of_images_is_undone(rng, mode):
    wanted = rng.integers(256, size=(2, 20, 30, 3)).astype("uint8")
    pixels = to_pixels(preprocess_input(wanted.astype("float32"), mode=mode))
    np.testing.assert_array_equal(pixels, wanted)


@pytest.mark.parametrize(("top", "white"), [(200, 255), (4000, 4095), (40_000, 65_535)])
def test_sixteen_bits(top, white):
    pixels = to_pixels(np.array([0, top], "uint16").reshape(1, 1, 2, 1))
    assert pixels[0, 0, :, 0].tolist() == [0, round(top / white * 255)]


def test_a_resize_that_overshoots_does_not_fade_images():
    assert to_pixels(np.array([-0.04, 0.0, 0.2, 1.04]).reshape(1, 1, 4, 1))[0, 0, :, 0].tolist() == [0, 0, 51, 255]


def test_one_standardized_image_and_one_that_is_nearly_constant(rng):
    image = rng.normal(size=(1, 30, 30, 1))
    assert np.ptp(to_pixels((image - image.mean()) / image.std())) == 255
    line = np.full((1, 30, 30, 1), -0.1)
    line[0, 3, :5] = 8
    assert to_pixels(line)[0, 3, 4:6, 0].tolist() == [255, 0]


def test_volumes():
    assert to_pixels(np.full((2, 3, 4, 5, 1), 0.2)).shape == (2, 3, 4, 5, 3)


@pytest.mark.parametrize("value_range", [(1, 0), (0, 0), 3, (0, 1, 2)])
def test_what_is_no_range_is_refused(value_range):
    with pytest.raises(OptionError, match="value range"):
        to_pixels(np.zeros((1, 2, 2, 1)), value_range)
