"""Methods compared on networks and maps whose merits are known."""

import keras
import numpy as np
import pytest
from keras import layers

import keras_explain as kx
from keras_explain import metrics
from keras_explain.errors import InputError, MethodError, OptionError
from keras_explain.judgment.compared import Comparison
from keras_explain.judgment.measures import MEASURES
from tests.judgment.test_trust import SHAPE, Elsewhere
from tests.networks import build, linear, without_relu

METHODS = ("grad_cam", "guided_backprop")


@pytest.fixture(scope="module")
def measured():
    """Returns a network, images, and two methods compared on them, one by value and one by magnitude."""
    images = np.random.default_rng(3).normal(size=(6, 12, 16, 3)).astype("float32")
    model = build("softmax_layer")
    return model, images, kx.compare_methods(model, images, METHODS)


@pytest.fixture(scope="module")
def asked(measured):
    """Returns what the metrics ask, and the maps."""
    model, images, _ = measured
    maps = {name: kx.METHODS[name](model)(images) for name in METHODS}
    return {score: metrics.Scorer(model, score=score) for score in ("probability", "logit")}, maps


@pytest.mark.parametrize("metric", ["deletion", "insertion", "average_drop", "road", "infidelity"])
def test_numbers_are_those_of_the_metrics(measured, asked, metric):
    _, images, found = measured
    scorers, maps = asked
    options = {
        "insertion": {"orders": 1},
        "deletion": {"orders": 1, "baseline": "mean"},
        "road": {"orders": 1, "shares": (0.2, 0.4, 0.6, 0.8)},
        "average_drop": {"baseline": "mean"},
        "infidelity": {"baseline": "mean", "samples": 100},
    }[metric]
    scorer, ask = scorers["logit" if metric == "infidelity" else "probability"], getattr(metrics, metric)
    for name in METHODS:
        signs = name == "grad_cam" or metric == "infidelity"
        counted = maps[name] if signs else metrics.evidence(maps[name], True)[..., np.newaxis]
        values = ask(scorer, images, counted, **options)
        if metric == "infidelity":
            values = values / ask(scorer, images, 0 * maps["grad_cam"], **options)
        np.testing.assert_allclose(found.values[name, metric], values, rtol=1e-3, atol=1e-5)
        assert found.of(name, metric).value == pytest.approx(values.mean(), rel=1e-3)


def test_chance_levels_are_those_of_a_constant_map(measured, asked):
    _, images, found = measured
    blank = np.ones((6, 12, 16, 1))
    for metric in ("deletion", "insertion"):
        curves = getattr(metrics, f"{metric}_curves")
        baseline = {"baseline": "mean"} if metric == "deletion" else {}
        wanted = curves(asked[0]["probability"], images, blank, orders=30, **baseline)
        chances = found.chances["grad_cam", metric]
        spread = wanted.errors * 30**0.5  # of one order
        assert (abs(chances - wanted.areas) < 4 * spread).all() and len(set(chances)) == 6
        np.testing.assert_array_equal(chances, found.chances["guided_backprop", metric])
    levels = {"infidelity": 1, "hiding": 0.5, "max_sensitivity": 2**0.5, "average_drop": None}
    for measure, level in levels.items():
        assert found.of("grad_cam", measure).chance == (None if level is None else pytest.approx(level))


def test_and_those_of_trust_and_of_the_explainer_itself(measured):
    model, images, found = measured
    trust = kx.trust(kx.explain(model, images, methods=METHODS))
    for name in METHODS:
        for measure in ("class", "weights"):
            rows, row = trust.of(name, measure), found.of(name, measure)
            np.testing.assert_allclose(found.values[name, measure], [one.value for one in rows], atol=1e-3)
            assert row.chance == pytest.approx(rows[0].chance, abs=1e-3)
            assert row.holds is (row.value < (1 + row.chance) / 2)
        whole = np.array([row.holds for row in trust.of(name, "deletion")])
        np.testing.assert_array_equal(found.values[name, "hiding"] == 1, whole)
        steady = metrics.max_sensitivity(kx.METHODS[name](model), images)
        np.testing.assert_allclose(found.values[name, "max_sensitivity"], steady, rtol=1e-3)


def test_its_rows_are_records_of_each_measure_and_method(measured):
    _, _, found = measured
    assert [(row.measure, row.method) for row in found.rows] == [(what, who) for what in MEASURES for who in METHODS]
    for row in found.rows:
        assert row.better == MEASURES[row.measure].better
        assert row.count == (0 if row.measure == "grid_pointing" else 6)
        assert not row.count or row.low <= row.value <= row.high


def test_its_text_is_a_table_a_question(measured):
    _, _, found = measured
    lines = str(found).splitlines()
    assert [line for line in lines if line.endswith("?")] == list(dict.fromkeys(m.question for m in MEASURES.values()))
    row = found.of("grad_cam", "average_drop")
    cell = f"{row.value:.2f} [{row.low:.2f}, {row.high:.2f}]"
    assert any(line.startswith("  Grad-CAM ") and cell in line for line in lines)
    assert all(len(line) < 120 for line in lines[:-1])
    assert lines[-1].startswith("grid_pointing: nothing was measured: a grid takes images of 4 classes")


def test_a_perfect_map_is_the_best_and_noise_is_told_to_be_noise(rng):
    weights = np.zeros((*SHAPE, 2))
    weights[:4, :5, :, 0], weights[-4:, -5:, :, 1] = 1, 1
    model = linear(weights)
    images = rng.uniform(0.1, 0.3, size=(8, *SHAPE)).astype("float32")
    images[:, :4, :5] = rng.uniform(0.6, 1, size=(8, 4, 5, 1))

    class Noise(Elsewhere):
        key, title = "noise", "Noise"

        def __call__(self, images, target=None):
            return np.random.default_rng(5).normal(size=images.shape).astype("float32")

    perfect = kx.Occlusion(model, patch=1, stride=1, baseline="mean")
    measures = ["hiding", "deletion", "insertion", "class"]
    found = kx.compare_methods(model, images, [perfect, Noise(model), Elsewhere(model)], target=0, measures=measures)
    for measure in ("hiding", "deletion", "insertion"):
        assert found.of("occlusion", measure).holds
        assert not found.of("noise", measure).holds and not found.of("elsewhere", measure).holds
        assert not found.of("noise", measure).best
    assert found.of("occlusion", "deletion").best and found.of("occlusion", "insertion").best
    assert [note.partition(" expected")[0] for note in found.notes] == [
        f"class of {title}: nothing was measured:" for title in ("Noise", "Elsewhere")
    ]


def compared(values, chance=0.5, measure="deletion"):
    """Returns the comparison of methods of these values, an array a method."""
    values = {(name, measure): np.array(one, float) for name, one in zip("abc", values)}
    chances = {key: np.full(len(one), chance) for key, one in values.items()}
    count = len(next(iter(values.values())))
    titles = {name: name.upper() for name, _ in values}
    return Comparison(values, chances, titles, {}, {}, np.zeros(count, np.int32), None, None, 0)


def test_the_best_is_better_than_each_other_one_image_by_image(rng):
    hard = rng.uniform(0, 1, size=10)  # images differ by more than methods do
    found = compared([hard, hard + rng.uniform(0.01, 0.03, 10), hard + 1], np.nan)
    assert [row.best for row in found.rows] == [True, False, False]
    assert found.rows[0].high > found.rows[1].value  # intervals overlap all the same
    assert "beyond doubt: the interval of the difference" in str(found)
    close = compared([hard, hard + rng.normal(0.01, 0.2, 10), hard + 1], np.nan)
    assert not any(row.best for row in close.rows) and "No method is better than each other one" in str(close)
    more = compared([hard, hard + 1], np.nan, "insertion")
    assert [row.best for row in more.rows] == [False, True]
    for none in ([hard, hard], [hard], [hard[:5], hard[:5] + 1]):
        assert not any(row.best for row in compared(none, np.nan).rows)


def test_what_is_no_better_than_chance_is_told_and_never_the_best(rng):
    found = compared([rng.normal(0.5, 0.1, 20), rng.normal(0.9, 0.1, 20)])
    assert [row.holds for row in found.rows] == [False, False] and not any(row.best for row in found.rows)
    assert str(found).count("]!") == 2 and "! not better than chance" in str(found)
    assert [row.holds for row in compared([np.full(6, 0.4), np.full(6, 0.6)]).rows] == [True, False]
    assert [row.holds for row in compared([[0.4] * 5]).rows] == [None]
    assert [row.holds for row in compared([[0.7] * 8], np.nan).rows] == [None]
    alike = compared([[0.7], [0.8]], chance=0.5, measure="weights")  # halfway to the same is 0.75
    assert [row.holds for row in alike.rows] == [True, False]


@pytest.fixture(scope="module")
def bands():
    """Returns a network whose classes are the channels of its input, images of each, and a method that shows them."""
    model = keras.Sequential([keras.Input((None, None, 4)), layers.GlobalAveragePooling2D(), layers.Softmax()])
    images = np.zeros((8, 8, 8, 4), "float32")
    images[np.arange(8), ..., np.arange(8) % 4] = np.linspace(8, 9, 8).reshape(8, 1, 1)

    class Channel(Elsewhere):
        key, title = "channel", "Channel"

        def targets(self, images, target=None):
            return images.mean((1, 2)).argmax(1)

        def __call__(self, images, target=None):
            target = self.targets(images) if target is None else target
            return np.take_along_axis(images, np.reshape(target, (-1, 1, 1, 1)), axis=-1)

    return model, images, Channel(model)


def test_a_map_of_each_image_of_a_grid_is_on_it(bands):
    model, images, channel = bands
    found = kx.compare_methods(model, images, [channel, Elsewhere(model)], measures="grid_pointing").of
    assert (found("channel", "grid_pointing").value, found("channel", "grid_pointing").chance) == (1, 0.25)


def test_labels_tell_which_images_are_predicted_right(bands):
    model, images, channel = bands
    labels = [0, 1, 2, 3, 0, None, 2, 0]
    found = kx.compare_methods(model, images, [channel], labels=labels, measures=["grid_pointing", "average_drop"])
    assert found.right.tolist() == [True] * 5 + [False, True, False]
    assert "of which 6 of 7 are predicted right" in str(found)
    # image 7 is labelled as another class: one grid is all that can be laid
    assert np.isfinite(found.values["channel", "grid_pointing"]).sum() == 4
    among = found.among(found.right)
    assert len(among) == 6 and among.of("channel", "average_drop").count == 6
    np.testing.assert_array_equal(
        among.values["channel", "average_drop"], found.values["channel", "average_drop"][found.right]
    )
    assert found.among([7, 2]).targets.tolist() == [3, 2]
    for chosen in ([], [8], [-1], [True], "right", [0.5], None, [[0]], np.zeros(8, bool)):
        with pytest.raises(OptionError, match="expected images as"):
            found.among(chosen)


def test_what_applies_to_no_model_or_is_no_number_is_told(images):
    model = without_relu()

    class Broken(Elsewhere):
        key, title = "broken", "Broken"

        def __call__(self, images, target=None):
            maps = np.ones((*images.shape[:-1], 1), "float32")
            maps[2:4, 1] = np.nan
            return maps

    class Empty(Broken):
        key, title = "empty", "Empty"

        def __call__(self, images, target=None):
            return np.full(images.shape, np.nan, "float32")

    with pytest.warns(kx.ExplainWarning, match="finite"):
        found = kx.compare_methods(
            model, images, ["cam", "saliency", Broken(model), Empty(model)], measures=["average_drop", "deletion"]
        )
    assert list(found.titles) == ["saliency", "broken"] and set(found.left_out) == {"cam", "empty"}
    assert found.of("broken", "deletion").count == 4 and np.isnan(found.values["broken", "deletion"][2:4]).all()
    assert "average_drop of Broken: of 4 images, with no number for: 2, 3." in found.notes
    assert any(note.startswith("cam is left out: ") for note in found.notes)
    with pytest.raises(MethodError, match="no method applies"):
        kx.compare_methods(model, images, ["cam"])


def test_a_custom_score_is_measured_as_far_as_it_goes(images):
    def difference(outputs, target):
        return outputs[:, 1] - outputs[:, 0]

    measures = ["class", "average_drop", "deletion", "infidelity", "grid_pointing", "max_sensitivity"]
    found = kx.compare_methods(build("nested"), images, ["saliency"], score=difference, measures=measures)
    assert {row.measure for row in found.rows if row.count} == {"deletion", "infidelity", "max_sensitivity"}
    assert set(found.failed) == {("saliency", name) for name in ("class", "average_drop", "grid_pointing")}
    assert found.targets.tolist() == [-1] * 6 and found.predicted is None


def test_one_image_has_no_interval(images):
    found = kx.compare_methods(
        build("nested"), images[:1], ["saliency"], labels=[1], measures=["average_drop", "hiding"]
    )
    assert all(np.isnan([row.low, row.high]).all() and row.holds is None for row in found.rows)
    assert "Means over 1 image," in str(found) and "[" not in str(found) and "Of fewer than 6 images" in str(found)


def test_is_repeatable_whatever_the_batch_size_and_says_its_cost(images, capsys):
    measures = ["hiding", "average_drop", "max_sensitivity"]
    runs = [
        kx.compare_methods(build("nested"), images, ["cam"], measures=measures, batch_size=size, verbose=verbose)
        for size, verbose in ((32, 1), (4, 0))
    ]
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "compare_methods: up to 522 forward passes, and up to 66 further maps by each of 1 methods."
    assert told[-1].startswith("measure 3 of 3") and len(told) == 4
    for first, second in zip(runs[0].rows, runs[1].rows):
        assert first.value == pytest.approx(second.value, rel=1e-4)


@pytest.mark.parametrize(
    "options",
    [
        {"measures": []},
        {"measures": ["deletions"]},
        {"measures": 3},
        {"methods": "cam"},
        {"methods": ["can"]},
        {"baseline": "black"},
        {"seed": -1},
        {"verbose": 2},
        {"batch_size": 0},
    ],
)
def test_what_is_asked_wrongly_is_refused_before_any_work(measured, options):
    model, images, _ = measured
    with pytest.raises(OptionError, match="expected"):
        kx.compare_methods(model, images, **options)


def test_labels_and_names_are_checked(measured):
    model, images, found = measured
    with pytest.raises(InputError):
        kx.compare_methods(model, images, labels=[1])
    for name in (("cams", "average_drop"), ("grad_cam", "deletions"), (3, None)):
        with pytest.raises(OptionError, match="expected the name of a"):
            found.of(*name)
