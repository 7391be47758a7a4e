import numpy as np
import pytest

import keras_explain as kx
from keras_explain.metrics import average_drop
from tests.metrics.networks import FORMS, HEAD, asked, scores
from tests.networks import linear


@pytest.mark.parametrize("form", FORMS)
def test_every_form_loses_what_it_loses_in_float64(form, rng):
    model, inputs, given = asked(form, rng)
    maps, targets = rng.normal(size=(6, 12, 16, 1)), [0, 3, 1, 2, 2, 0]
    maps[4], maps[5] = 0, -np.abs(maps[5])
    found = average_drop(model, given(inputs), maps, targets, baseline=0.5, batch_size=4, **HEAD)
    for row, target in enumerate(targets):
        top = max(maps[row].max(), 0) or 1
        image = 0.5 + np.maximum(maps[row], 0) / top * (inputs[0][row].astype(float) - 0.5)
        whole, kept = scores(model, inputs, row, np.stack([inputs[0][row], image]), target)
        np.testing.assert_allclose(found[row], max(0, whole - kept) / whole, atol=1e-5)


def test_a_constant_map_loses_nothing_and_a_blank_one_all():
    model = linear(np.full((4, 1, 1), 0.25))
    images, maps = np.ones((3, 4, 1), "float32"), np.zeros((3, 4, 1))
    maps[1], maps[2, :2] = 0.3, 5
    found = average_drop(model, images, maps, 0, score=lambda outputs, target: outputs[:, 0])
    np.testing.assert_allclose(found, [1, 0, 0.5])


def test_a_score_of_zero_cannot_drop_and_a_negative_one_is_refused():
    model, maps = linear(np.full((4, 1, 1), 1.0)), np.ones((2, 4, 1))
    images = np.stack([np.zeros((4, 1)), np.ones((4, 1))])
    np.testing.assert_array_equal(average_drop(model, images, maps, 0, score="logit"), [0, 0])
    with pytest.raises(kx.OptionError, match="from 0, as probabilities are, received -4"):
        average_drop(model, -images, maps, 0, score="logit")
