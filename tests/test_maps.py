import numpy as np
import pytest
import tensorflow as tf

from keras_explain.errors import OptionError
from keras_explain.maps import normalize, reduce_channels, resize


def linear(values, length):
    """Half-pixel centered linear interpolation of a row."""
    places = (np.arange(length) + 0.5) * len(values) / length - 0.5
    return np.interp(places, np.arange(len(values)), values)


@pytest.mark.parametrize("size", [(7,), (3, 9), (4, 5, 6)])
def test_resize_is_linear_along_each_axis(rng, size):
    maps = rng.normal(size=(2, *range(2, 2 + len(size)), 3)).astype("float32")
    wanted = maps
    for axis, length in enumerate(size, start=1):
        wanted = np.apply_along_axis(linear, axis, wanted, length)
    np.testing.assert_allclose(resize(tf.constant(maps), tf.constant(size)), wanted, atol=1e-5)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_what_becomes_smaller_is_averaged_where_that_is_asked(axes):
    stripes = np.broadcast_to(np.arange(32)[:, np.newaxis] % 2, (1, *[32] * axes, 1)).astype("float32")
    size = [8] * axes
    inner = (slice(None), *[slice(1, -1)] * axes)
    np.testing.assert_allclose(resize(tf.constant(stripes), size, antialias=True).numpy()[inner], 0.5, atol=0.02)


def test_reduce_channels():
    maps = np.array([[[1.0, -3.0, 2.0]]])
    assert reduce_channels(maps).tolist() == [[[-3.0]]]
    assert reduce_channels(maps, "mean").tolist() == [[[0.0]]]
    assert reduce_channels(maps, "sum").tolist() == [[[0.0]]]
    with pytest.raises(OptionError, match="median"):
        reduce_channels(maps, "median")


def test_normalize():
    assert normalize([2.0, 3.0, 4.0]).tolist() == [0.0, 0.5, 1.0]
    assert normalize([-1.0, 3.0, 9.0], 0, 6).tolist() == [0.0, 0.5, 1.0]
    assert normalize([5.0, 5.0]).tolist() == [0.0, 0.0]
