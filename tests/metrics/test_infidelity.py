import numpy as np
import pytest

import keras_explain as kx
from keras_explain.metrics import infidelity
from keras_explain.metrics.infidelity import mean_squared_gap
from tests.metrics.networks import FORMS, HEAD, asked, scores
from tests.networks import linear


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("noise", [None, 0.2])
def test_every_form_is_as_far_off_as_in_float64(form, noise, rng):
    """The changes are drawn as the metric's own: the same generator, by seed and number."""
    model, inputs, given = asked(form, rng)
    maps, targets = rng.normal(size=(6, 12, 16, 1)), [0, 3, 1, 2, 2, 0]
    options = {"side": [3, 5]} if noise is None else {"noise": noise}
    found = infidelity(model, given(inputs), maps, targets, samples=5, scaled=False, seed=4, **options, **HEAD)
    for row, target in enumerate(targets):
        image, copies, predicted = inputs[0][row].astype(float), [], []
        for number in range(5):
            drawn = np.random.default_rng((4, number))
            if noise is None:
                change, (i, j) = np.zeros((12, 16, 1)), (drawn.integers(10), drawn.integers(12))
                change[i : i + 3, j : j + 5] = 1
                copies.append(image * (1 - change))
            else:
                change = noise * np.ptp(image) * drawn.standard_normal(image.shape, np.float32)
                copies.append(image - change)
            predicted.append((change * maps[row]).sum())
        whole, *changed = scores(model, inputs, row, np.array([image, *copies]), target, "logit")
        right = np.mean((np.array(predicted) - (whole - np.array(changed))) ** 2)
        np.testing.assert_allclose(found[row], right, rtol=1e-5, atol=1e-5)


def test_of_a_linear_model_the_gradient_and_what_each_place_adds_tell_all(rng):
    weights = rng.normal(size=(6, 8, 3, 2))
    model, images = linear(weights), rng.normal(size=(2, 6, 8, 3)).astype("float32")
    gradient = np.repeat(weights[np.newaxis, ..., 1], 2, axis=0)
    for scaled in (True, False):
        assert infidelity(model, images, gradient, 1, noise=0.3, samples=9, scaled=scaled).max() < 1e-8
        assert infidelity(model, images, gradient * images, 1, samples=9, scaled=scaled).max() < 1e-8
    np.testing.assert_allclose(infidelity(model, images, -7 * gradient, 1, noise=0.3, samples=9), 0, atol=1e-8)
    assert infidelity(model, images, -7 * gradient, 1, noise=0.3, samples=9, scaled=False).min() > 1


def test_the_best_scale_is_that_of_least_squares(rng):
    predicted, drops = rng.normal(size=(2, 3, 50))
    predicted[2] = 0
    right = [np.linalg.lstsq(p[:, np.newaxis], d, rcond=None)[0][0] for p, d in zip(predicted, drops)]
    gaps = ((np.array(right)[:, np.newaxis] * predicted - drops) ** 2).mean(axis=1)
    np.testing.assert_allclose(mean_squared_gap(predicted, drops, True), gaps)
    np.testing.assert_allclose(gaps[2], (drops[2] ** 2).mean())


def test_images_batches_and_calls_do_not_matter(images, rng):
    model, maps = linear(rng.normal(size=(12, 16, 3, 4))), rng.normal(size=(6, 12, 16, 3))
    whole = infidelity(model, images, maps, 2, samples=7, noise=0.1)
    part = infidelity(model, images[3:4], maps[3:4], 2, samples=7, noise=0.1, batch_size=2)
    np.testing.assert_allclose(part, whole[3:4], rtol=1e-4)
    assert (infidelity(model, images, maps, 2, samples=7, noise=0.1, seed=1) != whole).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"noise": 0.1, "side": 2}, "received both"),
        ({"noise": 0}, "above 0"),
        ({"side": 13}, r"side within \(12, 16\)"),
        ({"side": [2, 2, 2]}, r"side within \(12, 16\)"),
        ({"maps": np.ones((6, 12, 16, 2))}, r"received \(6, 12, 16, 2\)"),
        ({"maps": np.full((6, 12, 16, 1), np.inf)}, "finite"),
    ],
)
def test_what_does_not_go_together_is_refused(options, message, images, rng):
    with pytest.raises(kx.ExplainError, match=message):
        infidelity(linear(rng.normal(size=(12, 16, 3, 4))), images, **{"maps": np.ones((6, 12, 16, 1)), **options})
