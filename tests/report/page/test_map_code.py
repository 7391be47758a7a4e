"""Maps as a page carries them, read back."""

import base64
import json
import zlib

import numpy as np
import pytest

from keras_explain.report.page.map_code import decoded_steps, encode


def decoded(entry):
    entry = json.loads(json.dumps(entry))
    data = zlib.decompress(base64.b64decode(entry["data"]))
    if "steps" not in entry:
        return np.frombuffer(data, "<f4").reshape(entry["size"])
    return decoded_steps(*entry["steps"])[np.frombuffer(data, np.uint8)].reshape(entry["size"])


def test_a_small_map_travels_as_it_is(rng):
    values = rng.normal(size=(7, 9)).astype("float32")
    values[2, 3] = np.nan
    np.testing.assert_array_equal(decoded(encode(values, 1.0)), values)


def test_a_large_map_of_few_values_travels_as_it_is(rng):
    values = np.kron(rng.normal(size=(14, 14)), np.ones((16, 16))).astype("float32")
    entry = encode(values, 1.0)
    np.testing.assert_array_equal(decoded(entry), values)
    assert len(entry["data"]) < values.nbytes / 20


@pytest.mark.parametrize(("signed", "steps"), [(True, 112), (False, 240)])
def test_a_fine_map_is_within_half_a_step_of_its_colors(signed, steps, rng):
    values = rng.standard_t(2, size=(100, 90)).astype("float32")
    values = values if signed else np.abs(values)
    limit = float(np.percentile(np.abs(values), 99.5))
    found = decoded(encode(values, limit))
    within = np.abs(values) <= limit
    assert np.abs(found - values)[within].max() <= 0.501 * limit / steps
    ratio = (np.abs(values).max() / limit) ** (1 / 15)
    assert (np.abs(found / values - 1)[~within] <= ratio - 1).all()
    assert np.abs(found).max() == pytest.approx(np.abs(values).max())


@pytest.mark.parametrize("limit", [0.0, 5e9])
def test_a_limit_that_is_none_of_the_map_does_no_harm(limit, rng):
    values = rng.random((80, 80), "float32")
    np.testing.assert_allclose(decoded(encode(values, limit)), values, atol=0.003)
