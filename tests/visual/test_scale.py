import numpy as np
import pytest

from keras_explain.errors import OptionError
from keras_explain.visual.scale import attribution_limit, attribution_limits, scale_name


def test_a_few_extreme_values_do_not_count():
    values = np.linspace(0, 1, 1001)[:, np.newaxis]
    values[-1] = 1000
    assert attribution_limit(values) == pytest.approx(0.995)
    assert attribution_limit(values, percentile=50) == pytest.approx(0.5)
    assert attribution_limit(values, percentile=100) == 1000


def test_negative_values_count_where_they_are_shown():
    values = np.array([[-4.0, 1.0], [0.5, 2.0]])
    assert attribution_limit(values, percentile=100) == 2
    assert attribution_limit(values, signed=True, percentile=100) == 4


def test_what_is_nearly_all_zero_has_its_largest_value():
    values = np.zeros((1000, 1))
    values[0] = 3
    assert attribution_limit(values) == 3
    assert attribution_limit(-values) == 0


def test_scales():
    maps = np.array([1.0, 3.0]).reshape(2, 1, 1, 1)
    assert attribution_limits(maps) == [1, 3]
    assert attribution_limits(maps, scale="all", percentile=100) == [3, 3]
    assert attribution_limits(maps, scale=0.5) == [0.5, 0.5]


@pytest.mark.parametrize("scale", ["run", 0, -1, True, None, float("nan")])
def test_other_scales_are_refused(scale):
    with pytest.raises(OptionError, match='"image", "all" or a number'):
        attribution_limits(np.zeros((1, 1, 1)), scale=scale)


@pytest.mark.parametrize("percentile", [0, 101])
def test_percentiles_out_of_range_are_refused(percentile):
    with pytest.raises(OptionError, match="percentile="):
        attribution_limit(np.zeros((1, 1)), percentile=percentile)


def test_scales_have_names():
    assert scale_name("image") == "colors: each map by itself, up to its 99.5th percentile"
    assert scale_name("all", 100) == "colors: all maps of a method together"
    assert scale_name(2.5) == "colors: the same for all maps, up to 2.5"
