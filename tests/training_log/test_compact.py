"""Maps in few bytes: how far they are from what they were."""

import numpy as np
import pytest

from keras_explain import InputError
from keras_explain.training_log.compact import compact, restored


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_small_maps_keep_eleven_binary_digits(scale):
    maps = scale * np.random.default_rng(0).normal(size=(3, 7, 5, 1)).astype("float32")
    codes, scales = compact(maps)
    assert codes.dtype == np.float16 and codes.nbytes == 2 * maps.size
    np.testing.assert_allclose(restored(codes, scales), maps, rtol=2**-11, atol=scale * 1e-6)


def test_large_maps_are_within_a_127th_of_their_largest_and_within_less_the_smaller_they_are():
    maps = np.random.default_rng(0).normal(size=(2, 24, 20, 3)).astype("float32") ** 3
    codes, scales = compact(maps)
    assert codes.dtype == np.int8
    shares = np.abs(maps) / scales.reshape(-1, 1, 1, 1)
    wrong = np.abs(restored(codes, scales) - maps) / scales.reshape(-1, 1, 1, 1)
    assert (wrong <= np.sqrt(shares) / 127 + 1e-4).all()
    assert (np.sign(restored(codes, scales)) * np.sign(maps) >= 0).all()


def test_each_map_has_its_own_scale_and_an_empty_one_stays_so():
    maps = np.array([[[[0.0], [1e-3]]], [[[1.0], [-5.0]]], [[[0.0], [0.0]]]], "float32")
    codes, scales = compact(maps)
    np.testing.assert_array_equal(scales, np.float32([1e-3, 5, 0]))
    np.testing.assert_allclose(restored(codes, scales), maps, rtol=1e-3)


def test_codes_of_another_kind_are_refused():
    with pytest.raises(InputError, match="maps as they are logged"):
        restored(np.zeros((1, 2, 2, 1), np.int32), np.ones(1, np.float32))
