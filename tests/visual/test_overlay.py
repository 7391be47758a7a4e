import numpy as np
import pytest

import keras_explain as kx
from keras_explain import InputError, OptionError
from keras_explain.visual.colors import color_table, painted


@pytest.fixture
def photo(rng):
    return rng.integers(256, size=(20, 30, 3), dtype="uint8")


def test_a_map_lies_over_the_image_and_leaves_it_where_it_is_zero(photo):
    values = np.zeros((20, 30))
    values[5:9, 10:14] = 3
    found = kx.overlay(photo, values)
    changed = (found != photo).any(axis=-1)
    assert found.dtype == np.uint8 and changed[5:9, 10:14].all() and changed.sum() == 16
    np.testing.assert_array_equal(found[5:9, 10:14], painted(photo[5:9, 10:14], np.ones((4, 4)), color_table()))


def test_negative_values_count_where_they_are_asked_for(photo):
    values = np.full((20, 30, 1), -2.0)
    np.testing.assert_array_equal(kx.overlay(photo, values), photo)
    wanted = painted(photo, np.full((20, 30), -0.5), color_table(True))
    np.testing.assert_array_equal(kx.overlay(photo, values, signed=True, limit=4), wanted)


def test_a_smaller_map_is_resized_smoothly(photo):
    rising = np.array([[0.0, 1.0]])
    found = kx.overlay(np.full((20, 30, 3), 128, "uint8"), rising)[10, :, 2].astype(int)
    assert len(np.unique(found)) > 10 and (np.diff(found) <= 0).all()


@pytest.mark.parametrize("dtype", ["float32", "uint8"])
@pytest.mark.parametrize("shape", [(6, 8), (6, 8, 1), (6, 8, 3)])
def test_images_of_any_usual_form(shape, dtype, rng):
    image = rng.random(shape) if dtype == "float32" else rng.integers(256, size=shape)
    assert kx.overlay(image.astype(dtype), np.ones((2, 2))).shape == (6, 8, 3)


def test_a_blank_map_changes_nothing(photo):
    np.testing.assert_array_equal(kx.overlay(photo, np.zeros((4, 4))), photo)
    np.testing.assert_array_equal(kx.overlay(photo, np.ones((4, 4)), alpha=0), photo)


def test_what_is_no_image_or_map_is_refused(photo):
    for image, values in ((photo[np.newaxis], np.ones((4, 4))), (photo[..., :2], np.ones((4, 4))), (photo, np.ones(4))):
        with pytest.raises(InputError, match="expected a"):
            kx.overlay(image, values)
    for options in ({"alpha": 2}, {"cmap": 3}, {"signed": 1}, {"limit": -1}):
        with pytest.raises(OptionError, match=f"{next(iter(options))}="):
            kx.overlay(photo, np.ones((4, 4)), **options)
