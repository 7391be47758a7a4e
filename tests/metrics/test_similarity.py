import numpy as np
import pytest

import keras_explain as kx
from keras_explain.metrics import rank_correlation, structural_similarity


def ranks_by_counting(values):
    """Ranks as they are defined: how many are smaller, and half of those that are equal."""
    return np.array([(values < one).sum() + ((values == one).sum() + 1) / 2 for one in values], np.float64)


@pytest.mark.parametrize("levels", [2, 5, 1000])
def test_rank_correlation_is_that_of_ranks_in_which_equal_values_share(levels, rng):
    maps, others = rng.integers(levels, size=(2, 5, 4, 6, 1)).astype("float32")
    expected = [
        np.corrcoef(ranks_by_counting(one.ravel()), ranks_by_counting(other.ravel()))[0, 1]
        for one, other in zip(maps, others)
    ]
    np.testing.assert_allclose(rank_correlation(maps, others), expected, atol=1e-12)


def test_rank_correlation_sees_the_order_alone(rng):
    maps = rng.normal(size=(3, 5, 7, 2))
    np.testing.assert_allclose(rank_correlation(maps, np.exp(maps)), 1)
    np.testing.assert_allclose(rank_correlation(maps, -(maps**3)), -1)


def test_a_map_that_is_the_same_everywhere_is_like_another_such_alone(rng):
    maps, flat = rng.normal(size=(2, 4, 4, 1)), np.zeros((2, 4, 4, 1))
    assert rank_correlation(maps, flat).tolist() == [0, 0]
    assert rank_correlation(flat, flat + 3).tolist() == [1, 1]


def ssim(one, other):
    """The definition, window by window."""
    offsets = np.arange(11) - 5.0
    weights = np.exp(-(offsets**2) / (2 * 1.5**2))
    window = np.outer(weights, weights) / weights.sum() ** 2
    found = []
    for row in range(one.shape[0] - 10):
        for column in range(one.shape[1] - 10):
            a, b = (image[row : row + 11, column : column + 11].astype(np.float64) for image in (one, other))
            means = (window * a).sum(), (window * b).sum()
            spread = (window * a * a).sum() - means[0] ** 2 + (window * b * b).sum() - means[1] ** 2
            shared = (window * a * b).sum() - means[0] * means[1]
            top = (2 * means[0] * means[1] + 0.01**2) * (2 * shared + 0.03**2)
            found.append(top / ((means[0] ** 2 + means[1] ** 2 + 0.01**2) * (spread + 0.03**2)))
    return np.mean(found)


def test_structural_similarity_is_its_formula_of_maps_up_to_1(rng):
    places, others = rng.random((2, 3, 13, 17))
    expected = [ssim(one / one.max(), other / other.max()) for one, other in zip(places, others)]
    np.testing.assert_allclose(structural_similarity(places, others), expected, atol=1e-5)
    np.testing.assert_allclose(structural_similarity(places, 3 * places), 1, atol=1e-6)
    np.testing.assert_allclose(structural_similarity(0 * places, 0 * places), 1)


def test_small_maps_have_no_structural_similarity(rng):
    with pytest.raises(kx.InputError, match="11 x 11 pixels or more, received"):
        structural_similarity(*rng.random((2, 1, 10, 20)))
