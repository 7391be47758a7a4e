import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_explain.checks.arrays import as_array, as_numbers, rank
from keras_explain.errors import InputError, TargetError


class Raising:
    def __array__(self, *args, **options):
        raise RuntimeError("asked")


@pytest.mark.parametrize(
    "values", [[np.zeros(2), np.zeros(3)], keras.Input((3,)), Raising(), [Raising()], range(10**12)]
)
def test_what_no_array_holds_is_refused(values):
    with pytest.raises(TargetError, match="expected them of one common shape, received"):
        as_array(values, "them", TargetError)


@pytest.mark.parametrize("values", ["x", ["x"], 1j, None, {1}, [None], tf.sparse.from_dense([1.0]), b"x", object()])
def test_what_is_no_number_is_refused(values):
    with pytest.raises(InputError, match="expected maps as numbers"):
        as_numbers(values, "maps")


@pytest.mark.parametrize(
    "shape", [None, (2, 3, 4), (None, 3, None), (..., 4), (2, ...), (None, ..., None), (2, 3, ..., 4)]
)
def test_shapes_that_fit(shape):
    assert as_numbers(np.zeros((2, 3, 4)), "maps", shape).shape == (2, 3, 4)


@pytest.mark.parametrize("shape", [(2, 3), (None, 2, None), (..., 3), (3, ...), (None, None, None, ..., None), ()])
def test_shapes_that_do_not(shape):
    with pytest.raises(InputError, match=r"received shape \(2, 3, 4\)"):
        as_numbers(np.zeros((2, 3, 4)), "maps", shape)


def test_half_precision_of_any_kind_is_numbers():
    assert as_numbers(tf.ones(3, tf.bfloat16), "maps").dtype == np.float32
    assert as_numbers(np.ones(3, np.float16), "maps").dtype == np.float16


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_what_is_not_finite_is_refused_where_that_is_asked(value):
    assert len(as_numbers([0.0, value], "maps")) == 2
    with pytest.raises(InputError, match="finite"):
        as_numbers([0.0, value], "maps", finite=True)


def test_the_rank_of_what_is_on_a_disk_is_known_without_reading_it():
    class OnDisk(Raising):
        ndim = 4

    assert rank(OnDisk(), "images") == 4 and rank([[1, 2]], "images") == 2
