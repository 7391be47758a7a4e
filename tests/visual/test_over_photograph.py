import numpy as np
import pytest

from keras_explain.visual.framing import frame
from keras_explain.visual.over_photograph import map_over_photograph, photograph_picture
from keras_explain.visual.picture import attribution_picture
from keras_explain.visual.scale import attribution_limit


@pytest.fixture
def photo(rng):
    return rng.integers(256, size=(30, 80, 3), dtype="uint8")


def test_a_stretched_photograph_was_seen_whole(photo, rng):
    framing = frame((30, 80), (6, 6))
    picture = photograph_picture(photo, framing)
    np.testing.assert_array_equal(picture, photo)
    values = rng.normal(size=(6, 6, 1)).astype("float32")
    for signed, fine in ((False, False), (True, False), (True, True)):
        limit = attribution_limit(values, signed)
        found = map_over_photograph(picture, framing, values, signed, fine)
        np.testing.assert_array_equal(found, attribution_picture(photo, values, signed, limit, fine))


@pytest.mark.parametrize("signed", [False, True])
def test_what_was_not_seen_is_gray_and_faded_beyond_a_line(photo, rng, signed):
    framing = frame((30, 80), (6, 6), crop=True)
    picture = photograph_picture(photo, framing)
    found = map_over_photograph(picture, framing, rng.random((6, 6, 1), "float32"), signed)
    outside = np.r_[0:24, 56:80]
    np.testing.assert_array_equal(picture[:, 25:55], photo[:, 25:55])
    np.testing.assert_array_equal(found[:, outside], picture[:, outside])
    assert (found[:, outside] == found[:, outside, :1]).all() and found[:, outside].min() > 150
    assert (picture[:, [24, 55]] == 96).all() and not (found[:, 25:55] == photo[:, 25:55]).all()


def test_a_map_has_the_same_colors_at_any_size():
    values = np.zeros((4, 4, 1), np.float32)
    values[0, 0], values[3, 3] = 4, 9
    gray = [np.full((size, size, 3), 128, np.uint8) for size in (4, 40)]
    small, large = (map_over_photograph(one, frame(one.shape[:2], (4, 4)), values) for one in gray)
    np.testing.assert_array_equal(large[[0, -1], [0, -1]], small[[0, -1], [0, -1]])
