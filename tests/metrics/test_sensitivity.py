import numpy as np
import pytest

import keras_explain as kx
from keras_explain.metrics import max_sensitivity
from tests.metrics.networks import FORMS, asked


def squares(images, target):
    """A map of 2 I by the target's factor, whose change one can compute."""
    return np.asarray(images) ** 2 * np.reshape(target, (-1, 1, 1))


def test_a_map_changes_as_it_does_in_float64(rng):
    images, targets = rng.normal(size=(3, 5, 2)).astype("float32"), [1, 4, 2]
    found = max_sensitivity(squares, images, targets, radius=0.1, samples=6, seed=3, batch_size=4)
    for row, image in enumerate(images.astype(float)):
        changed = []
        for number in range(6):
            drawn = np.random.default_rng((3, number)).uniform(-1, 1, (5, 2))
            changed.append(np.linalg.norm((image + 0.1 * np.ptp(image) * drawn) ** 2 - image**2))
        np.testing.assert_allclose(found[row], max(changed) / np.linalg.norm(image**2), rtol=1e-5)
    alone = max_sensitivity(squares, images[1:2], 4, radius=0.1, samples=6, seed=3)
    np.testing.assert_allclose(alone, found[1:2], rtol=1e-5)
    scaled = max_sensitivity(squares, 255 * images, targets, radius=0.1, samples=6, seed=3)
    np.testing.assert_allclose(scaled, found, rtol=1e-4)


def test_blank_and_constant_maps(images):
    def blank(images, target):
        return np.zeros((len(images), 3))

    def waking(images, target):
        return np.any(np.asarray(images) != clean[: len(images)], axis=(1, 2, 3))[:, np.newaxis]

    clean = images
    np.testing.assert_array_equal(max_sensitivity(blank, images, 0), np.zeros(6))
    np.testing.assert_array_equal(max_sensitivity(waking, images[:2], 0, samples=1), [np.inf] * 2)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_keeps_the_class_of_the_image_itself(form, rng):
    model, inputs, given = asked(form, rng)
    saliency = kx.Saliency(model, magnitude=None, head="softmax_logits")
    predicted = saliency.targets(given(inputs))
    found = max_sensitivity(saliency, given(inputs), radius=0.5, samples=3)
    np.testing.assert_allclose(found, max_sensitivity(saliency, given(inputs), predicted, radius=0.5, samples=3))
    maps, moved = saliency(given(inputs)).astype(float), []
    for number in range(3):
        noise = np.random.default_rng((0, number)).uniform(-1, 1, inputs[0].shape[1:])
        noisy = inputs[0] + 0.5 * np.ptp(inputs[0].reshape(6, -1), axis=1).reshape(-1, 1, 1, 1) * noise
        moved.append(saliency(given([noisy.astype("float32"), *inputs[1:]]), predicted) - maps)
    norms = np.linalg.norm(np.reshape(moved, (3, 6, -1)), axis=2).max(axis=0)
    np.testing.assert_allclose(found, norms / np.linalg.norm(maps.reshape(6, -1), axis=1), atol=1e-4)


def test_a_custom_score_goes_without_targets(images):
    kept = []

    class Own:
        def targets(self, images, target=None):
            return np.full(len(images), -1, np.int32)

        def __call__(self, images, target=None):
            kept.append(target)
            return images

    max_sensitivity(Own(), images, samples=2)
    assert kept == [None] * 2


@pytest.mark.parametrize(
    ("explainer", "options", "message"),
    [
        (squares, {}, "target= for an explainer without targets"),
        ("grad_cam", {}, "explainer as a function"),
        (lambda images, target: images * np.nan, {"target": 0}, "finite"),
        (lambda images, target: images[:1], {"target": 0}, r"maps of the explainer of shape \(6, ...\)"),
        (squares, {"target": 0, "radius": 0}, "radius"),
    ],
)
def test_what_gives_no_maps_is_refused(explainer, options, message, images):
    with pytest.raises(kx.ExplainError, match=message):
        max_sensitivity(explainer, images, **options)
