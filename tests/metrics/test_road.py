import numpy as np
import pytest

import keras_explain as kx
from keras_explain.metrics import road, road_curves
from tests.metrics.networks import FORMS, HEAD, asked, scores
from tests.metrics.test_imputation import solved
from tests.networks import linear

SHARES = (0.2, 0.45, 0.7)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("first", ["most", "least"])
def test_areas_of_every_form_are_those_in_float64(form, first, rng):
    model, inputs, given = asked(form, rng)
    inputs = [array[:3] for array in inputs]
    maps, targets = rng.permutation(3 * 12 * 16).reshape(3, 12, 16, 1), [0, 3, 1]
    found = road(model, given(inputs), maps, targets, shares=SHARES, first=first, seed=5, batch_size=4, **HEAD)
    for row, target in enumerate(targets):
        image, copies = inputs[0][row].astype(float), [inputs[0][row]]
        order = np.argsort(maps[row].ravel())[:: -1 if first == "most" else 1]
        counts = [round(share * 192) for share in SHARES]
        for step, count in enumerate(counts):
            missing = np.isin(np.arange(192), order[:count]).reshape(12, 16)
            noise = 0.01 * np.ptp(image) * np.random.default_rng((5, 0, step)).standard_normal(image.shape)
            copies.append(np.where(missing[..., np.newaxis], solved(image, missing) + noise, image))
        curve, shares = scores(model, inputs, row, np.array(copies), target), np.array([0, *counts]) / 192
        right = ((curve[1:] + curve[:-1]) / 2 * np.diff(shares)).sum() / shares[-1]
        np.testing.assert_allclose(found[row], right, atol=1e-5)


def test_a_map_that_is_mostly_zero_takes_the_mean_over_orders(rng):
    """pytorch-grad-cam keeps what is below a percentile of the map: of one that is 94% zero, nothing."""
    model, images = linear(rng.normal(size=(8, 8, 1, 3))), rng.normal(size=(2, 8, 8, 1)).astype("float32")
    maps = np.zeros((2, 8, 8, 1))
    maps[:, :2, :2] = rng.random((2, 2, 2, 1)) + 1
    curves = road_curves(model, images, maps, score="logit", orders=4)
    assert curves.runs.shape == (2, 4, 10) and (curves.errors > 0).all()
    assert (np.abs(np.diff(curves.scores, axis=1)) > 0).all()
    np.testing.assert_allclose(curves.scores[:, 0], np.asarray(model(images)).max(axis=1), rtol=1e-5)
    one = road_curves(model, images[1:], maps[1:], score="logit", orders=4)
    np.testing.assert_allclose(one.runs, curves.runs[1:], atol=1e-5)
    blank = road_curves(model, images, 0 * maps, score="logit", orders=4)
    constant = road_curves(model, images, 0 * maps + 2, score="logit", orders=4)
    np.testing.assert_array_equal(blank.runs, constant.runs)


def test_without_noise_a_constant_image_stays_as_it_is(rng):
    model, images = linear(rng.normal(size=(6, 8, 3, 2))), np.full((1, 6, 8, 3), 0.7, "float32")
    curves = road_curves(model, images, rng.random((1, 6, 8, 1)), 0, score="logit", noise=0)
    np.testing.assert_allclose(curves.scores, np.broadcast_to(curves.scores[:, :1], (1, 10)), atol=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shares": (0.5, 0.2)}, "shares as ascending"),
        ({"shares": (0.5, 1.0)}, "shares as ascending"),
        ({"shares": 0.5}, "shares as ascending"),
        ({"shares": ()}, "shares as ascending"),
        ({"first": "all"}, "first="),
        ({"noise": -1}, "noise"),
        ({"by": None}, "by="),
    ],
)
def test_what_is_no_option_is_refused(options, message, images, rng):
    with pytest.raises(kx.OptionError, match=message):
        road(linear(rng.normal(size=(12, 16, 3, 4))), images, np.ones((6, 12, 16, 1)), **options, **HEAD)
