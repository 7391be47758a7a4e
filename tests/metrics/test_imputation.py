import itertools

import numpy as np
import pytest

from keras_explain.metrics.imputation import TOLERANCE, imputed


def solved(image, missing):
    """The same by the dense system, written down one neighbor after the other."""
    places = [tuple(place) for place in np.argwhere(missing)]
    left, right = np.zeros((len(places),) * 2), np.zeros((len(places), image.shape[-1]))
    for row, place in enumerate(places):
        for offset in itertools.product((-1, 0, 1), repeat=missing.ndim):
            other = tuple(np.add(place, offset))
            inside = all(0 <= at < length for at, length in zip(other, missing.shape))
            weight = (
                {1: 1 / 6, 2: 1 / 12}[np.abs(offset).sum()] if missing.ndim == 2 and any(offset) else float(any(offset))
            )
            if not inside or weight == 0:
                continue
            left[row, row] += weight
            if missing[other]:
                left[row, places.index(other)] -= weight
            else:
                right[row] += weight * image[other]
    filled = image.astype(float)
    filled[missing] = np.linalg.solve(left, right)
    return filled


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("hole", [True, False])
def test_filled_as_by_the_dense_system(share, hole, rng):
    image, places = 100 * rng.normal(size=(21, 18, 2)), np.mgrid[:21, :18]
    values = ((places[0] - 9) ** 2 + (places[1] - 16) ** 2).astype(float) if hole else rng.random((21, 18))
    missing = values < np.quantile(values, share)
    filled = imputed(image, missing)
    np.testing.assert_allclose(filled, solved(image, missing), atol=100 * TOLERANCE * np.ptp(image))
    np.testing.assert_array_equal(filled[~missing], image[~missing])
    assert image[~missing].min() <= filled.min() and filled.max() <= image[~missing].max()


def test_time_series_are_joined_by_lines():
    image = np.array([1.0, 9, 9, 9, 5, 9, 9])[:, np.newaxis]
    missing = np.array([False, True, True, True, False, True, True])
    np.testing.assert_allclose(imputed(image, missing)[:, 0], [1, 2, 3, 4, 5, 5, 5], atol=1e-4)


def test_volumes_constants_and_whole_images(rng):
    missing = rng.random((5, 6, 7)) < 0.8
    np.testing.assert_allclose(imputed(np.full((5, 6, 7, 1), 3.0), missing), 3)
    slope = np.broadcast_to(np.arange(7.0)[:, np.newaxis], (5, 6, 7, 1))
    inside = np.zeros((5, 6, 7), bool)
    inside[1:4, 2:5, 1:6] = True
    np.testing.assert_allclose(imputed(slope, inside), slope, atol=1e-4)
    image = rng.normal(size=(4, 4, 1))
    np.testing.assert_array_equal(imputed(image, np.zeros((4, 4), bool)), image)
    alone = np.ones((9, 9), bool)
    alone[3, 4] = False
    np.testing.assert_allclose(imputed(np.where(alone, 7, 2)[..., np.newaxis], alone), 2)
