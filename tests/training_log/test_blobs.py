"""Arrays in event files, read from anybody."""

import json
import zlib

import numpy as np
import pytest

from keras_explain import InputError
from keras_explain.training_log.blobs import array_in, header_of, pack

ARRAYS = {
    "a": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b": np.array([-1, 2], np.int32),
    "c": np.zeros(0, np.int8),
}


def test_what_was_packed_is_unpacked():
    blobs = pack({"kind": "step"}, ARRAYS)
    header = header_of(blobs)
    assert header["kind"] == "step" and [entry[0] for entry in header["arrays"]] == list(ARRAYS)
    for name, array in ARRAYS.items():
        found = array_in(blobs, header, name)
        np.testing.assert_array_equal(found, array)
        assert found.dtype == array.dtype
    assert array_in(blobs, header, "d") is None


def altered(blobs, **changes):
    return [json.dumps({**json.loads(blobs[0]), **changes}).encode(), *blobs[1:]]


@pytest.mark.parametrize("first", [b"", b"\xff", b"[]", b"3", b"null", b'{"version": 1}'])
def test_anything_else_is_refused(first):
    with pytest.raises(InputError):
        header_of([first])
    with pytest.raises(InputError):
        header_of([])


def test_a_later_version_says_to_update():
    with pytest.raises(InputError, match="update keras_explain"):
        header_of(altered(pack({}, ARRAYS), version=2))


@pytest.mark.parametrize(
    "entry",
    [
        ("a", "float32", (2, 4)),
        ("a", "float32", (2, 2)),
        ("a", "object", (2, 3)),
        ("a", "float32", (-1, 3)),
        ("a", "float32", (10**9, 10**12)),
        ("a", "float32", ("x",)),
    ],
)
def test_an_array_that_is_not_what_it_says_is_refused(entry):
    blobs = altered(pack({}, {"a": ARRAYS["a"]}), arrays=[entry])
    with pytest.raises(InputError):
        array_in(blobs, header_of(blobs), "a")


def test_what_is_broken_or_would_grow_without_end_is_refused():
    blobs = pack({}, {"a": ARRAYS["a"]})
    for data in (blobs[1][:-3], b"no zlib", zlib.compress(bytes(10**6))):
        with pytest.raises(InputError):
            array_in([blobs[0], data], header_of(blobs), "a")
    with pytest.raises(InputError, match="a part of them"):
        header_of(blobs[:1])


def test_numbers_that_no_json_has_are_refused():
    with pytest.raises(InputError):
        header_of([b'{"version": 1, "arrays": [], "labels": [NaN]}'])
