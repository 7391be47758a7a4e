"""The bootstrap against what is known of means."""

import numpy as np
import pytest

from keras_explain.judgment.intervals import LEAST, beats, interval


def test_of_many_values_it_is_the_one_of_the_normal_distribution(rng):
    values = rng.normal(3, 2, size=400)
    error = values.std(ddof=1) / 20
    np.testing.assert_allclose(interval(values), values.mean() + error * np.array([-1.96, 1.96]), atol=0.1 * error)


@pytest.mark.parametrize("count", [6, 8, 12, 40])
def test_it_covers_the_true_mean_as_often_as_it_says(count, rng):
    ends = np.array([interval(values) for values in rng.normal(size=(800, count))])
    assert 0.91 < ((ends[:, 0] < 0) & (ends[:, 1] > 0)).mean() < 0.97


def test_its_ends_are_means_of_samples_with_replacement():
    low, high = interval([0, 1, 5])
    assert low == 0 and high == 5  # each in one of 27 samples, far more than the percentiles of three values leave out
    assert interval([2.0] * 9) == pytest.approx((2, 2))


def test_what_is_no_number_is_left_out(rng):
    values = rng.normal(size=12)
    assert interval([*values, np.nan, np.inf]) == interval(values)
    assert np.isnan(interval([1.0, np.nan])).all() and np.isnan(interval([])).all()


def test_images_are_compared_one_by_one(rng):
    hard = rng.normal(scale=10, size=20)  # images differ by more than methods do
    small = rng.normal(0.1, 0.05, size=20)
    assert beats(hard + small, hard, "more") is True and beats(hard + small, hard, "less") is False
    assert beats(hard - small, hard, "less") is True and beats(hard, hard, "more") is False
    low, high = interval(hard)
    assert low < (hard + small).mean() < high
    assert beats(hard, 1000, "less") and not beats(hard, 1000, "more")


def test_of_few_images_nothing_is_beyond_doubt():
    others = np.zeros(LEAST)
    assert beats(others + 1, others, "more") is True
    others[2] = np.nan
    assert beats(others + 1, others, "more") is None


def test_there_are_differences_by_chance_as_often_as_it_says(rng):
    found = [beats(*rng.normal(size=(2, 7)), "more") for _ in range(1000)]
    assert 0.01 < np.mean(found) < 0.045
