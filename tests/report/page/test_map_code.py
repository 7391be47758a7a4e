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
    values = rng.normal(size=(7, 9, 1)).astype("float32")
    values[2, 3] = np.nan
    np.testing.assert_array_equal(decoded(encode(values, 1.0)), values)


def test_a_large_map_of_few_values_travels_as_it_is(rng):
    values = np.kron(rng.normal(size=(14, 14)), np.ones((16, 16))).astype("float32")[..., np.newaxis]
    entry = encode(values, 1.0)
    np.testing.assert_array_equal(decoded(entry), values)
    assert len(entry["data"]) < values.nbytes / 20


@pytest.mark.parametrize(("fine", "steps"), [(False, (112, 240)), (True, (24, 48))])
@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("power", [1, 2])
def test_a_fine_map_is_within_half_a_step_of_its_colors(signed, fine, steps, power, rng):
    values = rng.standard_t(2, size=(100, 90, 1)).astype("float32")
    values = values if signed else np.abs(values)
    limit = float(np.percentile(np.abs(values), 99.5))
    found = decoded(encode(values, limit, fine, power))
    colors, wanted = (np.minimum(np.abs(one) / limit, 1) ** (1 / power) for one in (found, values))
    assert np.abs(colors - wanted).max() <= 0.501 / steps[0 if signed else 1]
    assert ((found == 0) | (np.sign(found) == np.sign(values))).all()
    beyond = np.abs(values) > limit
    ratio = (np.abs(values).max() / limit) ** (1 / ((6 if signed else 8) if fine else 15))
    assert (np.abs(found / values - 1)[beyond] <= ratio - 1).all()
    assert np.abs(found).max() == pytest.approx(np.abs(values).max())


@pytest.mark.parametrize("limit", [0.0, 5e9])
def test_a_limit_that_is_none_of_the_map_does_no_harm(limit, rng):
    values = rng.random((80, 80, 1), "float32")
    np.testing.assert_allclose(decoded(encode(values, limit)), values, atol=0.003)
