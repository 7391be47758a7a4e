"""What the page of an audit carries of all rows and of each class, against the audit itself."""

import base64
import json
import re
import zlib

import numpy as np
import pytest

from keras_explain.audits.page.columns import columns, suspect_ranks
from keras_explain.audits.page.groups import groups, left_out
from keras_explain.audits.page.mean_maps import beside_the_rest, mean_map
from keras_explain.audits.page.row_maps import row_maps, size_on_page
from keras_explain.findings.looks import unit
from keras_explain.findings.result import Finding, Findings
from tests.audits.page.conftest import NAMES, audit_of
from tests.report.page.test_map_code import decoded


def unpacked(text, kind):
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), np.dtype(kind.lower()).newbyteorder("<"))


def numbers(column):
    codes = unpacked(column["data"], column["type"])
    return np.where(codes == column["unknown"], np.nan, codes * column["step"]) if "step" in column else codes


def values_of(carried, row):
    """Returns the values of a row's map as the page's script makes them of what it carries."""
    height, width = carried["size"]
    codes = unpacked(carried["data"], carried["type"]).reshape(-1, height, width)[row]
    scale, least = (unpacked(carried[name], "float32")[row] for name in ("scale", "least"))
    return least + scale * (codes / carried["last"])


def test_columns_hold_what_the_table_does(many):
    rows = np.arange(len(many))
    found = columns(many, rows)
    assert zlib.decompress(base64.b64decode(found["keys"])).decode().split("\n") == many.keys
    for name in ("label", "predicted", "target"):
        column = found["classes"][name]
        assert column["type"] == "Int8"
        np.testing.assert_array_equal(unpacked(column["data"], column["type"]), many.table[name].fill_null(-1))
    known = {column["name"]: numbers(column) for column in found["numbers"]}
    assert set(known) == {"probability", "score", "concentration", "suspect"}
    np.testing.assert_allclose(known["probability"], many.probabilities, atol=1e-5)
    np.testing.assert_array_equal(known["score"], many.table["score"])
    np.testing.assert_allclose(known["concentration"], many.table["concentration"], atol=1e-5)
    np.testing.assert_array_equal(known["suspect"], suspect_ranks(many))
    assert many.suspects(3)[0] == many.keys[np.flatnonzero((many.predicted == 3) & (known["suspect"] == 1))[0]]


def test_what_is_not_known_of_some_rows_is_told_apart_from_zero():
    energies = np.array([0, np.nan, 1, 0.25, np.nan])
    audit = audit_of(
        5, np.ones((5, 2, 2), np.float32), energy_inside=energies, pointing=[False, None, True, None, True]
    )
    known = {column["name"]: numbers(column) for column in columns(audit, np.array([3, 2, 1, 0]))["numbers"]}
    np.testing.assert_allclose(known["energy_inside"], energies[[3, 2, 1, 0]], atol=1e-5)
    np.testing.assert_array_equal(known["pointing"], [np.nan, 1, np.nan, 0])


@pytest.mark.parametrize("kind", ["zero to largest", "both signs", "relative"])
def test_maps_of_rows_are_within_a_step(kind):
    maps = np.random.default_rng(0).uniform(0, 1, (6, 5, 7)).astype(np.float32) * np.logspace(-9, 9, 6).reshape(6, 1, 1)
    maps = {"zero to largest": maps, "both signs": maps - maps.mean(), "relative": maps + 3e9}[kind].astype(np.float32)
    maps[3] = 0
    maps[4, 2, 2] = np.nan
    audit = audit_of(6, maps)
    carried = row_maps(audit, np.arange(6), relative=kind == "relative")
    assert carried["size"] == carried["own_size"] == (5, 7) and carried["last"] == (
        127 if kind == "both signs" else 255
    )
    for row in (0, 1, 2, 3, 5):
        wanted = audit.maps[row]
        step = np.abs(wanted - (wanted.min() if kind == "relative" else 0)).max() / carried["last"]
        np.testing.assert_allclose(values_of(carried, row), wanted, rtol=1e-6, atol=0.51 * step)
    assert not np.isfinite(unpacked(carried["scale"], "float32")[4])


def test_maps_are_averaged_where_they_would_take_too_much_room():
    assert size_on_page((7, 7), 50_000) == (7, 7) and size_on_page((224, 224), 50_000) == (8, 8)
    assert size_on_page((224, 224), 100) == (16, 16) and size_on_page((32, 256), 100) == (2, 16)
    assert size_on_page((3, 3), 50_000) == (3, 3) and size_on_page((7, 7), 1_000_000) is None
    maps = np.kron(np.arange(1, 17).reshape(1, 4, 4), np.ones((2, 8, 8))).astype(np.float32)
    carried = row_maps(audit_of(2, maps), np.arange(2), relative=False)
    assert carried["size"] == (16, 16) and carried["own_size"] == (32, 32)
    wanted = maps[0].reshape(16, 2, 16, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(values_of(carried, 0)[1::4, 1::4], wanted[1::4, 1::4], rtol=0.02)


def test_the_mean_maps_of_a_finding_are_of_its_images_and_of_the_rest_of_the_class(many):
    finding, maps = many.findings[0], np.asarray(many.maps)
    rest = np.setdiff1d(np.flatnonzero(many.predicted == 2), finding.rows)
    for (found, count), rows in zip(beside_the_rest(many, finding), (finding.rows, rest)):
        np.testing.assert_allclose(found, unit(maps[rows]).mean(axis=0), rtol=1e-4)
        assert count == len(rows)
    broken = maps[:3].copy()
    broken[1] = np.inf
    np.testing.assert_allclose(mean_map(broken, np.arange(3)), unit(maps[[0, 2]]).mean(axis=0), rtol=1e-4)
    assert mean_map(broken, np.array([1])) is None


def test_of_very_many_findings_the_first_are_shown_and_it_is_told():
    audit = audit_of(100, np.ones((100, 2, 2), np.float32))
    rows = np.arange(30)
    found = [Finding(f"{i}: one.", "place", 2, tuple(audit.keys[:30]), 9.0, rows, rows[:8]) for i in range(60)]
    audit.findings = Findings(found, {}, [], [], {}, audit.keys)
    chosen = list(groups(audit))
    assert [group.title for group in chosen] == [str(i) for i in range(50)]
    assert all(group.rows == list(range(12)) for group in chosen)
    told = ["The examples are 12 of 100 images.", "Of 60 findings, the first 50 are shown; audit.findings has all."]
    assert list(left_out(audit, 12)) == told


def test_a_page_of_50_000_images_is_small_and_says_of_each_class_what_the_audit_does(many, tmp_path):
    many.to_html(tmp_path / "audit.html")
    assert (tmp_path / "audit.html").stat().st_size < 6e6
    text = (tmp_path / "audit.html").read_text()
    classes = json.loads(re.search(r'id="audit_classes">(.*?)</script>', text)[1])
    assert [one["name"] for one in classes] == NAMES
    for label, one in enumerate(classes):
        decided = many.predicted == label
        assert one["images"] == (many.labels == label).sum() and one["decided"] == decided.sum()
        right = (many.predicted == label)[many.labels == label].mean()
        assert one["accuracy"] == pytest.approx(right, abs=1e-4)
        assert one["certainty"] == pytest.approx(many.probabilities[decided].mean(), abs=1e-4)
        assert one["concentration"] == pytest.approx(many.table["concentration"].to_numpy()[decided].mean(), abs=1e-4)
        assert one["inside"] is one["pointing"] is None
        assert one["found"] == (len(many.findings[0].rows) if label == 2 else None)
        np.testing.assert_allclose(decoded(one["map"])[..., 0], many.findings.classes[label].mean_map, rtol=1e-6)
