import numpy as np
import pytest

from keras_explain.errors import InputError, OptionError
from keras_explain.inputs.baseline import baseline_images, blurred, check_baseline


def made(baseline, images):
    return baseline_images(check_baseline(baseline), images)


@pytest.mark.parametrize("shape", [(2, 9, 3), (2, 6, 8, 3), (2, 4, 5, 6, 3)])
def test_each_form_becomes_an_image(shape, rng):
    images = rng.normal(size=shape).astype("float32")
    for baseline in (0.5, [1, 2, 3], images[0], images):
        found = made(baseline, images)
        np.testing.assert_array_equal(found, np.broadcast_to(np.asarray(baseline, "float32"), shape))
    places = tuple(range(1, len(shape) - 1))
    np.testing.assert_allclose(made("mean", images).mean(places), images.mean(places), rtol=1e-5, atol=1e-6)
    for name in ("blur", "mean"):
        assert made(name, images).dtype == np.float32 and made(name, images).shape == shape


def test_whole_numbers_stay_whole():
    images = np.array([[[[0], [255], [10]]]], np.uint8)
    assert made("mean", images).ravel().tolist() == [88, 88, 88]
    assert made("blur", images).dtype == np.uint8
    for value in (0.5, 256, -1):
        with pytest.raises(InputError, match="a baseline that uint8 images can have"):
            made(value, images)


def test_a_blur_is_the_gaussian_mean_of_what_is_within_the_border(rng):
    image = rng.normal(size=(1, 7, 1))
    weights = np.exp(-((np.arange(7) - 2) ** 2) / (2 * 1.5**2))
    wanted = (weights * image[0, :, 0]).sum() / weights.sum()
    np.testing.assert_allclose(blurred(image, 1.5)[0, 2, 0], wanted, rtol=1e-12)
    both = rng.normal(size=(1, 5, 6, 2))
    turned = blurred(np.swapaxes(both, 1, 2), 2)
    np.testing.assert_allclose(blurred(both, 2), np.swapaxes(turned, 1, 2), rtol=1e-12)
    np.testing.assert_allclose(blurred(np.full((1, 8, 9, 1), 3.0)), 3)
    assert np.ptp(blurred(rng.random((1, 32, 32, 1)))) < 0.4


@pytest.mark.parametrize("value", ["black", None, [], [np.nan], "0", {}, [[1, 2], [3]], np.array([1j])])
def test_what_is_no_baseline_is_refused(value):
    with pytest.raises(OptionError, match="baseline"):
        check_baseline(value)


def test_another_size_is_refused(rng):
    images = rng.random((2, 6, 8, 3))
    for shape in ((2,), (6, 8), (8, 6, 3), (3, 6, 8, 3)):
        with pytest.raises(InputError, match="an image, received"):
            made(np.zeros(shape), images)


def test_a_blur_sees_no_farther_than_its_radius(rng):
    images = rng.normal(size=(1, 9, 1))
    right = [
        sum(images[0, max(i - 2, 0) : i + 3, 0] * w) / sum(w)
        for i, w in ((i, np.exp(-((np.arange(max(i - 2, 0), min(i + 3, 9)) - i) ** 2) / 18)) for i in range(9))
    ]
    np.testing.assert_allclose(blurred(images, 3, radius=2)[0, :, 0], right)
