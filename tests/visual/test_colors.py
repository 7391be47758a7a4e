import matplotlib
import numpy as np
import pytest
from skimage import data
from skimage.color import rgb2hsv, rgb2lab
from sklearn.datasets import load_digits

from keras_explain import OptionError
from keras_explain.visual.colors import color_table, painted

# What a deuteranope sees of linear red, green and blue: Machado et al. 2009, severity 1.
DEUTERANOPE = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
SHARES = np.linspace(0, 1, 26)


def sample(image):
    return np.ascontiguousarray(image[:: max(1, len(image) // 40), :: max(1, image.shape[1] // 40)][..., :3])


def images():
    """Returns pictures that are dark, bright, gray and colorful."""
    digit = np.repeat(load_digits().images[3][..., np.newaxis] * 255 / 16, 3, axis=2).astype("uint8")
    gray = np.repeat(data.camera()[..., np.newaxis], 3, axis=2)
    names = ("astronaut", "coffee", "chelsea", "rocket")
    found = {name: sample(getattr(data, name)()) for name in names} | {"digit": digit, "camera": sample(gray)}
    return found | {f"all {value}": np.full((4, 4, 3), value, "uint8") for value in (0, 128, 255)}


IMAGES = images()


def as_seen(pixels):
    values = pixels / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ DEUTERANOPE.T, 0, 1)
    return np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055)


def differences(image, signed, see=lambda pixels: pixels / 255):
    """Returns the mean CIELAB difference from a picture under each share of the largest value."""
    before = rgb2lab(see(image))
    ends = SHARES * signed if signed else SHARES
    after = [painted(image, np.full(image.shape[:2], share), color_table(bool(signed))) for share in ends]
    return np.array([np.linalg.norm(rgb2lab(see(each)) - before, axis=-1).mean() for each in after])


@pytest.mark.parametrize("signed", [0, 1, -1])
@pytest.mark.parametrize("name", IMAGES)
def test_the_difference_from_a_picture_rises_from_nothing_with_the_value(name, signed):
    found = differences(IMAGES[name], signed)
    assert found[0] == 0 and (np.diff(found) > 0.1).all() and found[-1] > 40


@pytest.mark.parametrize("name", IMAGES)
def test_a_deuteranope_sees_it_rise_as_well(name):
    found = differences(IMAGES[name], 0, as_seen)
    assert found[0] == 0 and (np.diff(found) > 0).all() and found[-1] > 40


@pytest.mark.parametrize("name", IMAGES)
def test_colors_are_nowhere_more_saturated_than_at_the_top(name):
    image, table = IMAGES[name], color_table()
    found = [rgb2hsv(painted(image, np.full(image.shape[:2], s), table))[..., 1].mean() for s in (0.5, 0.7, 1)]
    assert found[2] > max(found[:2]) - 0.01 and found[2] > 0.5


def test_a_gray_print_shows_more_as_lighter_and_tells_for_from_against():
    gray = np.full((1, 3), 128, "uint8") * np.ones((len(SHARES), 1), "uint8")
    luma = np.array([0.299, 0.587, 0.114])
    supporting, against = (painted(gray, sign * SHARES, color_table(True)) @ luma for sign in (1, -1))
    assert supporting[-1] > 180 and against[-1] < 110 and (np.diff(against) <= 1).all()


def test_zero_and_what_is_no_number_leave_pixels_as_they_are(rng):
    pixels = rng.integers(256, size=(4, 5, 3), dtype="uint8")
    for signed in (False, True):
        for share in (0.0, np.nan):
            np.testing.assert_array_equal(painted(pixels, np.full((4, 5), share), color_table(signed)), pixels)
    np.testing.assert_array_equal(painted(pixels, np.full((4, 5), -1.0), color_table()), pixels)


def test_colors_of_a_colormap_by_name_or_itself():
    white = np.full((3, 3), 255, "uint8")
    viridis = matplotlib.colormaps["viridis"]
    for cmap in ("viridis", viridis):
        found = painted(white, np.array([0.0, 1.0, 2.0]), color_table(cmap=cmap, alpha=1))
        assert found.tolist() == [[255] * 3, *[[round(255 * c) for c in viridis(1.0)[:3]]] * 2]
    ends = color_table(True, "RdBu_r", alpha=0.5)[[0, 255, 510]]
    np.testing.assert_allclose(ends[[0, 2], :3], matplotlib.colormaps["RdBu_r"]([0.0, 1.0])[:, :3], atol=1e-6)
    np.testing.assert_allclose(ends[:, 3], [0.5, 0, 0.5])


@pytest.mark.parametrize(("options", "named"), [({"cmap": "virids"}, "viridis"), ({"alpha": 1.5}, "alpha=")])
def test_other_colors_are_refused(options, named):
    with pytest.raises(OptionError, match=named):
        color_table(**options)
