import numpy as np
import pytest
from keras import layers

import keras_explain as kx
from keras_explain.metrics import Scorer, deletion, deletion_curves, insertion, insertion_curves
from tests.metrics.networks import FORMS, HEAD, asked, scores
from tests.networks import Chain, linear


def blurred(image):
    """The paper's blur, one place after the other: 11 x 11 pixels of a Gaussian, divided by the weights within."""
    found, (height, width, _) = np.zeros(image.shape), image.shape
    for i in range(height):
        for j in range(width):
            total = 0
            for k in range(max(i - 5, 0), min(i + 6, height)):
                for m in range(max(j - 5, 0), min(j + 6, width)):
                    weight = np.exp(-((i - k) ** 2 + (j - m) ** 2) / 50)
                    found[i, j] += weight * image[k, m]
                    total += weight
            found[i, j] /= total
    return found


def area(model, inputs, row, values, target, steps, coming):
    """The area in plain float64, of a map of distinct values."""
    image, order = inputs[0][row].astype(float), np.argsort(-values.ravel())
    other, copies, counts = blurred(image) if coming else 0 * image, [], []
    for step in range(steps + 1):
        counts.append(round(step * len(order) / steps))
        gone = np.isin(np.arange(len(order)), order[: counts[-1]]).reshape(values.shape)[..., np.newaxis]
        copies.append(np.where(gone, image, other) if coming else np.where(gone, other, image))
    found, shares = scores(model, inputs, row, np.array(copies), target), np.array(counts) / len(order)
    return ((found[1:] + found[:-1]) / 2 * np.diff(shares)).sum()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("metric", [deletion, insertion])
def test_areas_of_every_form_are_those_in_float64(form, metric, rng):
    model, inputs, given = asked(form, rng)
    maps = rng.permutation(6 * 12 * 16).reshape(6, 12, 16, 1) - 500.0
    targets = [0, 3, 1, 2, 2, 0]
    found = metric(model, given(inputs), maps, targets, steps=7, batch_size=4, **HEAD)
    for row in range(6):
        right = area(model, inputs, row, maps[row, ..., 0], targets[row], 7, metric is insertion)
        np.testing.assert_allclose(found[row], right, atol=1e-6)
    alone = metric(model, given([array[2:3] for array in inputs]), maps[2:3], 1, steps=7, **HEAD)
    np.testing.assert_allclose(alone, found[2:3], atol=1e-6)


def test_curves_of_a_linear_model_fall_by_what_was_taken():
    model = linear(np.array([4.0, 1.0, 2.0, 3.0]).reshape(4, 1, 1))
    images, maps = np.ones((1, 4, 1), "float32"), np.array([[[4.0], [1.0], [-2.0], [3.0]]])
    curves = deletion_curves(model, images, maps, 0, score="logit", steps=4)
    np.testing.assert_allclose(curves.scores, [[10, 6, 3, 2, 0]], atol=1e-6)
    np.testing.assert_allclose(curves.areas, [16 / 4])
    np.testing.assert_allclose(curves.shares, [0, 0.25, 0.5, 0.75, 1])
    by_magnitude = deletion_curves(model, images, maps, 0, score="logit", steps=4, by="magnitude")
    np.testing.assert_allclose(by_magnitude.scores, [[10, 6, 3, 1, 0]], atol=1e-6)
    coming = insertion_curves(model, images, maps, 0, score="logit", steps=4, baseline=-1)
    np.testing.assert_allclose(coming.scores, [[-10, -2, 4, 6, 10]], atol=1e-6)


def test_a_step_that_ends_between_different_values_is_exact(rng):
    model = linear(rng.normal(size=(8, 1, 2)))
    images, maps = rng.normal(size=(1, 8, 1)).astype("float32"), np.repeat([3.0, 1.0, 0.0, -2.0], 2).reshape(1, 8, 1)
    curves = deletion_curves(model, images, maps, 1, score="logit", steps=4, orders=3)
    assert curves.runs.shape == (1, 3, 5) and curves.errors.tolist() == [0]
    several = deletion_curves(model, images, maps, 1, score="logit", steps=8, orders=3)
    np.testing.assert_allclose(several.runs[0, :, ::2], curves.runs[0], atol=1e-6)
    assert several.runs.std(axis=1).max() > 0.1


def test_ties_are_the_mean_over_their_orders():
    """Of a linear model, any share of a constant map takes that share of the score on average."""
    weights = np.linspace(-1, 2, 40)
    model, images = linear(weights.reshape(40, 1, 1)), np.ones((2, 40, 1), "float32")
    maps = np.stack([np.zeros((40, 1)), np.repeat([7.0, 0.0], [10, 30])[:, np.newaxis]])
    curves = deletion_curves(model, images, maps, 0, score="logit", orders=60)
    total, top = weights.sum(), weights[:10].sum()
    right = [total * 0.5, 0.25 * (total - top / 2) + 0.75 * (total - top) / 2]
    assert (np.abs(curves.areas - right) < 4 * curves.errors).all() and (curves.errors < 0.3).all()
    assert (deletion_curves(model, images, maps, 0, score="logit", orders=1).errors.tolist()) == pytest.approx(
        [np.nan] * 2, nan_ok=True
    )
    one = deletion_curves(model, images[1:], maps[1:], 0, score="logit", orders=60)
    np.testing.assert_allclose(one.runs, curves.runs[1:], atol=1e-5)
    other = deletion_curves(model, images, maps, 0, score="logit", orders=60, seed=1)
    assert (other.areas != curves.areas).all()


def test_a_few_pixels_that_tie_cost_no_more_passes():
    """As of a map that was resized: along its border values are equal in twos, in its corners in fours."""
    model = linear(np.linspace(-1, 2, 1600).reshape(40, 40, 1, 1))
    maps = np.random.default_rng(0).random((2, 20, 20)).repeat(2, 1).repeat(2, 2)
    few, many = (
        deletion_curves(model, np.ones((2, 40, 40, 1)), maps, 0, score="logit", steps=steps) for steps in (6, 170)
    )
    assert np.ptp(few.runs, axis=1).max() == 0 and np.ptp(many.runs, axis=1).max() > 0


def test_the_perfect_map_is_best_and_its_reverse_worst(rng):
    weights = rng.random((30, 1, 1))
    model, images = linear(weights), np.ones((1, 30, 1), "float32")
    maps = np.stack([weights[..., 0], rng.random((30, 1)), np.zeros((30, 1)), -weights[..., 0]])
    found = [deletion(model, images, one[np.newaxis], 0, score="logit")[0] for one in maps]
    back = [insertion(model, images, one[np.newaxis], 0, score="logit", baseline=0)[0] for one in maps]
    assert found[0] == min(found) and found[-1] == max(found)
    assert back[0] == max(back) and back[-1] == min(back)


def test_channels_count_by_the_largest_magnitude_and_maps_need_none(images, rng):
    model, maps = linear(rng.normal(size=(12, 16, 3, 4)), bias=0.1), rng.normal(size=(6, 12, 16, 3))
    largest = np.take_along_axis(maps, np.abs(maps).argmax(-1, keepdims=True), -1)
    found = deletion(model, images, maps, 0, steps=5, **HEAD)
    np.testing.assert_array_equal(found, deletion(model, images, largest, 0, steps=5, **HEAD))
    np.testing.assert_array_equal(found, deletion(model, images, largest[..., 0], 0, steps=5, **HEAD))


def test_any_axes_types_and_baselines(rng):
    model = linear(rng.normal(size=(4, 5, 3, 2, 3)))
    volumes, maps = rng.normal(size=(2, 4, 5, 3, 2)).astype("float32"), rng.normal(size=(2, 4, 5, 3, 1))
    for baseline in ("blur", "mean", 0.5, [1, 2], volumes):
        curves = deletion_curves(model, volumes, maps, score="logit", steps=3, baseline=baseline)
        np.testing.assert_allclose(curves.scores[:, 0], np.asarray(model(volumes)).max(1), atol=1e-5)
    np.testing.assert_allclose(curves.scores.std(axis=1), 0, atol=1e-5)  # each volume is its own baseline
    model = Chain([layers.Rescaling(1 / 255), layers.GlobalAveragePooling2D(), layers.Dense(3)])
    pixels = rng.integers(256, size=(2, 6, 8, 3)).astype("uint8")
    curves = insertion_curves(model, pixels, rng.normal(size=(2, 6, 8)), score="logit", steps=3)
    np.testing.assert_allclose(curves.scores[:, -1], np.asarray(model(pixels)).max(1), atol=1e-5)


def test_a_scorer_is_traced_once(images, rng):
    traces = []

    class Counting(layers.Layer):
        def call(self, x):
            traces.append(x)
            return x

    model = Chain([Counting(), layers.GlobalAveragePooling2D(), layers.Dense(4)])
    model(images)
    traces.clear()
    scorer, maps = Scorer(model, batch_size=5, **HEAD), rng.normal(size=(6, 12, 16, 1))
    found = [metric(scorer, images, maps, steps=4) for metric in (deletion, insertion, deletion)]
    np.testing.assert_array_equal(found[0], found[2])
    assert len(traces) == 1
    model.layers[-1].kernel.assign_add(rng.normal(size=(3, 4)))
    assert (deletion(scorer, images, maps, steps=4) != found[0]).all()
    with pytest.raises(kx.OptionError, match="batch_size where the Scorer is made"):
        deletion(scorer, images, maps, batch_size=3)


@pytest.mark.parametrize(
    ("maps", "options", "message"),
    [
        (np.full((6, 12, 16, 1), np.nan), {}, "finite"),
        (np.ones((6, 16, 12, 1)), {}, r"shape \(6, 12, 16, any\)"),
        (np.ones((5, 12, 16, 1)), {}, r"shape \(6, 12, 16, any\)"),
        (np.ones((6, 12, 16, 1)), {"by": "size"}, "by="),
        (np.ones((6, 12, 16, 1)), {"steps": 0}, "steps"),
        (np.ones((6, 12, 16, 1)), {"orders": 0}, "orders"),
        (np.ones((6, 12, 16, 1)), {"baseline": "gray"}, "baseline"),
        (np.ones((6, 12, 16, 1)), {"target": 4}, "from 0 to 3"),
    ],
)
def test_what_is_no_map_or_option_is_refused(maps, options, message, images, rng):
    with pytest.raises(kx.ExplainError, match=message):
        deletion(linear(rng.normal(size=(12, 16, 3, 4))), images, maps, **{**HEAD, **options})
