"""The benchmarks, on networks so small that they take seconds: that each asks its question, not what the answer is."""

import json
import subprocess
import sys

import numpy as np
import pytest

import keras_explain as kx
from benchmarks import (
    callback,
    class_visualization,
    first_call,
    growth,
    import_time,
    limits,
    machine,
    many_passes,
    measure,
    memory,
    methods,
    occlusion,
    table,
)
from benchmarks.__main__ import QUESTIONS

SMALL = {"networks": ["VGG16"], "side": 32, "rounds": 1}
GROWTH = {"counts": [33], "sides": [32], "patches": [16], "rounds": 1}
CALLBACK = {"steps": 1, "methods": ["grad_cam"], "batch": 2, "epochs": 2, "side": 32, "rounds": 2}
ASKED = {
    "methods": lambda: methods.rows(batches=[2], **SMALL),
    "occlusion": lambda: occlusion.rows(patches=[16], **SMALL),
    "many_passes": lambda: many_passes.rows(batch=32, **SMALL),
    "class_visualization": lambda: class_visualization.rows(steps=2, **SMALL),
    "first_call": lambda: first_call.rows(patches=[16], **SMALL),
    "growth": lambda: growth.rows("VGG16", **GROWTH),
    "callback": lambda: callback.rows("VGG16", **CALLBACK),
    "import_time": lambda: import_time.rows(rounds=1),
}


@pytest.fixture(scope="module")
def results():
    return {question: list(ask()) for question, ask in ASKED.items()}


def test_no_question_is_missing():
    assert {*ASKED, "memory"} == set(QUESTIONS)


@pytest.mark.parametrize("question", [question for question in ASKED if question != "callback"])
def test_rows_are_complete(question, results):
    rows = [row for row in results[question] if "variant" in row]
    for row in rows:
        assert row["milliseconds"] > 0 and row["low"] <= row["high"] and row["rounds"] >= 1
    firsts = [row for row in rows if row["variant"] in ("limit", "keras")]
    assert firsts and {row["ratio"] for row in firsts} == {1.0}
    assert len([row for row in rows if row["variant"] in ("ours", "keras_explain")]) == len(firsts)
    assert json.loads(json.dumps(rows)) == rows


def test_the_callback_is_timed_within_a_training(results):
    timed, after = results["callback"]
    assert timed["epoch"] > 0 and timed["limit"] > 0 and timed["low"] <= timed["added"] <= timed["high"]
    assert timed["ratio"] == pytest.approx(timed["added"] / timed["limit"], abs=0.2) and after["epochs"] == 2
    assert "adds" in table.tables(results)


def test_memory_is_measured_in_a_process_of_its_own():
    command = [sys.executable, "-m", "benchmarks.memory", "VGG16", "grad_cam", "ours", "2", "32"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert json.loads(printed.splitlines()[-1]) >= 0
    assert memory.added("VGG16", "saliency", "no such library", 1, 32) is None


def test_tables_have_a_cell_for_each_variant(results):
    lines = [line for line in table.tables(results).splitlines() if line.startswith("|")]
    drawn = [line for line in lines if "VGG16" in line]
    several = 1 + len(many_passes.METHODS) + 1 + 4  # occlusion, many passes, class, first call
    assert len(drawn) == len(methods.METHODS) - 1 + several  # VGG16 has no head for CAM
    assert all(line.count("|") >= 5 for line in drawn)


def test_a_library_that_shows_something_else_is_marked():
    rows = [{"variant": "limit", "milliseconds": 1.0}, {"variant": "ours"}, {"variant": "xplique", "agreement": 0.5}]
    filled = {"network": "N", "method": "m", "batch": 1, "ratio": 1.0, "low": 0.9, "high": 1.1, "rounds": 7}
    drawn = table.tables({"methods": [{**filled, **row} for row in rows]})
    assert "| 1.00 (0.90 to 1.10) | 1.00* (0.90 to 1.10) |" in drawn


def test_what_is_worse_than_before_is_told_loudly():
    row = {"network": "N", "method": "m", "batch": 1, "variant": "ours", "ratio": 1.2, "low": 1.1, "high": 1.3}
    row |= {"milliseconds": 2.0, "rounds": 7}
    earlier = [{**row, "ratio": 1.0, "low": 0.9, "high": 1.05}, {**row, "batch": 2}, {**row, "variant": "limit"}]
    (found,) = measure.beside([row], earlier)
    assert found == {**row, "before": [0.9, 1.05]}
    limit = {**row, "variant": "limit"}
    assert "1.20 (1.10 to 1.30) **WORSE: was 0.90 to 1.05**" in table.tables({"methods": [limit, found]})
    (same,) = measure.beside([{**row, "low": 1.0}], earlier)
    assert "WORSE" not in table.tables({"methods": [limit, same]})
    assert measure.beside([{**row, "batch": 3}], earlier) == [{**row, "batch": 3}]


def test_what_else_the_machine_does_is_told():
    watched = machine.Machine()
    subprocess.run([sys.executable, "-c", "sum(range(10**7))"], check=True)  # its own, once it has ended
    told = watched.told()
    assert told["cores"] >= 1 and 0 <= told["others"] <= told["cores"] + 0.1 and told["devices"]
    assert "| methods | " in table.tables({"machines": {"methods": told}})


def test_limits_compute_what_the_methods_compute():
    model = measure.network("VGG16", 32)
    images, targets = measure.images(model, 3)
    gradient = kx.Saliency(model, magnitude=None)(images, targets)
    explainer = kx.GradCAM(model)
    maps = explainer(images, targets)
    # Guided Grad-CAM without its rule, which is no part of the limit.
    for method, wanted in (("saliency", gradient), ("grad_cam", maps), ("guided_grad_cam", gradient * maps)):
        found = limits.limit(method, model, explainer.layer)(images, targets)
        assert np.abs(wanted).max() > 0
        np.testing.assert_allclose(found, wanted, atol=1e-5 * np.abs(wanted).max())


def test_agreement_is_that_of_the_worst_image():
    maps = np.random.default_rng(0).normal(size=(2, 4, 4, 1))
    assert measure.agreement(maps, 3 * maps + 1) == 1
    assert measure.agreement(maps, maps * [[[[1]]], [[[-1]]]]) == -1
