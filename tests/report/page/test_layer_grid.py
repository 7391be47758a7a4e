"""The small map that a large one was resized from: found, proven, and not found where there is none."""

import numpy as np
import pytest

from keras_explain.maps import fitted
from keras_explain.report.page.layer_grid import layer_grid

SIZES = [((7, 7), (224, 224)), ((3, 5), (12, 16)), ((1, 4), (9, 9)), ((7, 10), (150, 97)), ((14, 8), (28, 33))]


def resized(grid, size):
    return fitted(grid[np.newaxis, ..., np.newaxis], size)[0, ..., 0]


@pytest.mark.parametrize(("small", "large"), SIZES)
def test_a_resized_grid_is_found(small, large, rng):
    for grid in (rng.normal(size=small), rng.gamma(0.3, 1e-6, size=small)):
        grid = grid.astype("float32")
        found = layer_grid(resized(grid, large))
        assert found.shape == small and found.dtype == np.float32
        np.testing.assert_allclose(found, grid, atol=1e-5 * np.abs(grid).max())


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_found_gives_the_map_back(seed):
    rng = np.random.default_rng(seed)
    large = rng.integers(1, 60, size=2)
    small = [rng.integers(1, side + 1) for side in large]
    values = resized(np.maximum(rng.normal(size=small), 0).astype("float32"), large)
    found = layer_grid(values)
    assert all(a <= b for a, b in zip(found.shape, values.shape))
    np.testing.assert_allclose(resized(found, large), values, atol=4e-6 * max(np.abs(values).max(), 1e-30))


def test_the_frames_of_a_clip_have_grids_of_one_size(rng):
    grids = np.stack([np.zeros((3, 5)), *rng.normal(size=(4, 3, 5)), np.ones((3, 5))]).astype("float32")
    found = layer_grid(np.stack([resized(grid, (12, 16)) for grid in grids]))
    np.testing.assert_allclose(found, grids, atol=1e-5)


def test_a_blank_map_takes_one_value():
    assert layer_grid(np.zeros((30, 40), np.float32)).tolist() == [[0]]


def test_what_was_not_resized_stays_as_it_is(rng):
    noise = rng.normal(size=(40, 30)).astype("float32")
    grid = rng.normal(size=(4, 4)).astype("float32")
    padded = np.pad(resized(grid, (26, 32)), ((3, 3), (0, 0)))
    unfinished = resized(grid, (40, 30))
    unfinished[3, 4] = np.nan
    for values in (noise, unfinished):
        np.testing.assert_array_equal(layer_grid(values), values)
    found = layer_grid(padded)
    assert found.shape == (32, 4)  # along the axis that wasn't cut off, it is smaller all the same
    np.testing.assert_allclose(resized(found, (32, 32)), padded, atol=4e-6 * np.abs(padded).max())
