"""Findings: what was planted is found, and nothing else."""

import numpy as np
import pytest

from keras_explain.errors import InputError, OptionError
from keras_explain.findings.find import find
from tests.findings.data import explained


def ranks(findings, label, keys, mark):
    """Returns where the marked images stand among the suspects, from 0, the first, to 1."""
    order = findings.suspects(label)
    return np.array([order.index(keys[row]) for row in np.flatnonzero(mark)]) / len(order)


@pytest.mark.parametrize(
    ("how", "kinds"),
    [
        ("place", {"place", "place and content"}),
        ("content", {"content"}),
        ("both", {"place", "content", "place and content"}),
    ],
)
def test_marked_images_are_found(rng, how, kinds):
    given, mark = explained(rng, how=how)
    found = find(**given)
    (finding,) = found
    assert finding.label == 1 and finding.kind in kinds and finding.score > 3
    wanted = {given["keys"][row] for row in np.flatnonzero(mark)}
    assert set(finding.keys) == wanted and [given["keys"][row] for row in finding.rows] == list(finding.keys)
    assert set(finding.exemplars) <= set(finding.rows)
    assert finding.sentence.startswith("16 of 150 decisions for class 1 (11%) have another reason: ")
    assert set(found.suspects(1)[:16]) == wanted and sorted(found.suspects(1)) == given["keys"][90:]


def test_a_mark_that_moves_is_found_by_what_lies_where_maps_point(rng):
    given, mark = explained(rng, how="detail")
    assert len(find(**given)) == 0
    details = np.maximum(rng.normal(size=(240, 3)) @ rng.normal(size=(3, 12)) + rng.normal(size=(240, 12)), 0)
    details[:, 0] = np.where(mark, rng.uniform(5, 6, 240), rng.uniform(0, 0.3, 240))
    found = find(**given, details=[np.ones((240, 4)), details])
    assert [finding.kind for finding in found] == ["detail"]
    assert set(found[0].keys) == {given["keys"][row] for row in np.flatnonzero(mark)}
    assert "what lies where their maps point looks alike" in found[0].sentence
    given["labels"][mark] = 0  # known to be wrong: assigned to what is found among the others, which is nothing
    assert len(find(**given, details=[details])) == 0


def test_a_sentence_says_where_they_point(rng):
    given, _ = explained(rng, how="place")
    (finding,) = find(**given, class_names=["cat", "dog", "bird"])
    assert "decisions for dog (11%)" in finding.sentence
    assert "their maps point to the lower right, the others' most to the middle" in finding.sentence
    assert "100% of them are right, 100% of the others" in finding.sentence


@pytest.mark.parametrize("seed", range(3))
def test_one_reason_is_no_finding(seed):
    given, _ = explained(np.random.default_rng(seed), marked=0)
    found = find(**given)
    assert len(found) == 0 and str(found) == "No class has a second cluster of reasons."
    assert set(found.classes) == {0, 1} and len(found.suspects(0)) == 90


def test_half_of_a_class_is_no_exception(rng):
    given, _ = explained(rng, marked=75)
    assert len(find(**given)) == 0


def test_what_other_classes_show_as_well_is_no_reason_of_its_own(rng):
    given, mark = explained(rng, how="content")
    given["features"][:20, 0] = 8
    assert len(find(**given)) == 0


def test_what_makes_a_decision_unsure_is_no_reason_for_it(rng):
    given, mark = explained(rng)
    given["probabilities"][mark] = 0.5
    assert len(find(**given)) == 0


def test_the_order_of_the_images_changes_nothing(rng):
    given, _ = explained(rng, how="content")
    order = rng.permutation(len(given["keys"]))
    mixed = {name: [values[row] for row in order] for name, values in given.items()}
    one, other = find(**given), find(**{name: np.array(values) for name, values in mixed.items()})
    assert one[0].sentence == other[0].sentence and one[0].keys == other[0].keys and one[0].score == other[0].score
    assert one.suspects(0) == other.suspects(0)
    np.testing.assert_array_equal(order[other.classes[0].typical], one.classes[0].typical)


def test_images_are_assigned_that_were_not_searched(rng, monkeypatch):
    monkeypatch.setattr("keras_explain.findings.reasons._SEARCHED", 200)
    monkeypatch.setattr("keras_explain.findings.data._READ", 64)
    given, mark = explained(rng, counts=(60, 500), marked=50)
    (finding,) = find(**given)
    assert set(finding.rows) == set(np.flatnonzero(mark))


def test_constant_and_blank_maps_have_no_reasons(rng):
    given, _ = explained(rng, marked=0)
    for value in (0.0, 1.0):
        found = find(**{**given, "maps": np.full_like(given["maps"], value), "features": None})
        assert len(found) == 0 and len(found.suspects(0)) == 90


def test_a_few_blank_maps_are_no_cluster(rng):
    given, _ = explained(rng, marked=0)
    given["maps"][90:106] = 0
    assert len(find(**{**given, "features": None})) == 0


def test_too_few_images_are_told(rng):
    given, _ = explained(rng, counts=(100, 3, 1), marked=0)
    found = find(**given, class_names=["cat", "dog", "bird"])
    assert str(found).endswith("Too few decisions to compare them: dog (3), bird (1).")
    assert len(found.suspects(1)) == 3


def test_maps_that_are_not_finite_are_left_out_and_told(rng):
    given, mark = explained(rng)
    given["maps"][0, 2, 3], given["features"][1, 4] = np.nan, np.inf
    found = find(**given)
    assert "Left out, as their maps or features aren't finite: 2." in str(found)
    assert len(found) == 1 and set(found.suspects(0)[-2:]) == {"0000.png", "0001.png"}


def test_without_labels_and_probabilities(rng):
    given, mark = explained(rng)
    found = find(given["maps"], given["features"], predicted=given["predicted"], keys=given["keys"])
    assert set(found[0].rows) == set(np.flatnonzero(mark)) and "are right" not in found[0].sentence
    assert found.classes[0].accuracy is None and found.confusions == []


def test_missed_images_are_suspected_last(rng):
    given, mark = explained(rng)
    missed = np.flatnonzero((given["labels"] == 1) & ~mark)[:5]
    given["predicted"] = given["predicted"].copy()
    given["predicted"][missed] = 0
    found = find(**given)
    assert set(found.suspects(1)[-5:]) == {given["keys"][row] for row in missed}
    assert ranks(found, 1, given["keys"], mark).max() < 0.11


def test_right_for_a_reason_outside_the_region(rng):
    given, _ = explained(rng, marked=0)
    pointing = np.where(given["labels"] == 1, 0.0, 1.0)
    pointing[:20] = np.nan
    energy = np.where(given["labels"] == 1, np.linspace(0, 1, 240), 1.0)
    found = find(**given, pointing=pointing, energy_inside=energy)
    (finding,) = found
    assert finding.kind == "outside" and finding.label == 1 and len(finding.keys) == 150
    assert finding.sentence.startswith("150 of 150 right decisions for class 1 (100%) point out of its region.")
    assert list(found.classes[1].outside[:2]) == [90, 91] and len(found.classes[0].outside) == 0


def test_maps_of_any_size_and_number_of_axes(rng):
    given, mark = explained(rng, how="place")
    large = np.kron(given["maps"], np.ones((1, 5, 5), np.float32))
    assert set(find(**{**given, "maps": large})[0].rows) == set(np.flatnonzero(mark))
    flat = find(**{**given, "maps": given["maps"].reshape(len(mark), -1)})
    assert "their maps point elsewhere" in flat[0].sentence


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"features": np.zeros((3, 4))}, "expected features of 240 images, received 3"),
        ({"keys": ["a"] * 240}, "expected keys that differ"),
        ({"predicted": ["cat"] * 240}, "expected predicted as numbers"),
        ({"seed": -1}, "expected seed as a whole number from 0"),
    ],
)
def test_refusals(rng, change, message):
    given, _ = explained(rng)
    with pytest.raises((InputError, OptionError), match=message):
        find(**(given | change))


def test_suspects_of_no_class(rng):
    given, _ = explained(rng, counts=(20, 20), marked=0)
    with pytest.raises(OptionError, match="expected label as a class that images show, received 7"):
        find(**given).suspects(7)
