import numpy as np
import pytest

from keras_explain.errors import InputError
from keras_explain.storage.runs import as_runs, from_runs


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 5), (2, 3, 4)])
def test_a_mask_is_read_as_it_was_written(shape, rng):
    for mask in (np.zeros(shape, bool), np.ones(shape, bool), *(rng.random((8, *shape)) < 0.4)):
        entry = as_runs(mask)
        assert sum(entry["runs"]) == mask.size and all(length > 0 for length in entry["runs"][1:])
        np.testing.assert_array_equal(from_runs(entry), mask, strict=True)


def test_runs_by_hand():
    assert as_runs(np.array([[True, False, False], [True, True, False]])) == {"shape": [2, 3], "runs": [0, 1, 2, 2, 1]}


@pytest.mark.parametrize("runs", [[5], [3, 4], [-1, 7], [0, 6.0], [], None, [10**12]])
def test_runs_of_another_length_are_refused(runs):
    with pytest.raises(InputError):
        from_runs({"shape": [2, 3], "runs": runs})
