"""What the page is served: asked as a browser asks, through WSGI, and as nobody should."""

import configparser
import importlib
import json
import struct
import types
from pathlib import Path

import numpy as np
import pytest
from werkzeug.test import Client

from keras_explain.tensorboard_page import served
from keras_explain.tensorboard_page.plugin import ExplanationsPlugin
from keras_explain.training_log.compact import restored
from tests.training_log.writing import METHODS, inputs, maps_at, numbers_at, opened, write

COUNT = 18  # More images than travel together.


def plugin_of(folder=None, spec=None):
    flags = types.SimpleNamespace(logdir_spec=spec)
    return ExplanationsPlugin(types.SimpleNamespace(logdir=folder and str(folder), flags=flags))


def asking(plugin):
    """Returns a function that asks for a path, and gives the response."""
    apps = {path: Client(app) for path, app in plugin.get_plugin_apps().items()}
    return lambda path, **query: apps[path].get("/", query_string=query)


def unpacked(response):
    """Returns the index of a packet, and the bytes behind it."""
    assert response.status_code == 200, response.text
    (length,) = struct.unpack("<I", response.data[:4])
    assert length % 4 == 0
    return json.loads(response.data[4 : 4 + length]), response.data[4 + length :]


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    write(folder / "a", range(5), count=COUNT)
    write(folder / "b" / "c", [0], name="other")
    asked = asking(plugin_of(folder))
    return lambda path, **query: asked(path, **{"run": "a", "name": "explanations", **query})


def test_tensorboard_finds_it():
    setup = configparser.ConfigParser()
    setup.read(Path(__file__).parents[2] / "setup.cfg")
    _, path = setup["options.entry_points"]["tensorboard_plugins"].split("=")
    module, name = path.strip().split(":")
    assert getattr(importlib.import_module(module), name) is ExplanationsPlugin
    assert plugin_of().frontend_metadata().es_module_path in plugin_of().get_plugin_apps()


def test_all_runs_are_listed(ask):
    answer = ask("/runs").json
    assert [(one["run"], one["name"], one["steps"]) for one in answer["runs"]] == [
        ("a", "explanations", 5),
        ("b/c", "other", 1),
    ]
    assert not answer["broken"]


def test_a_log_is_described(ask):
    about, known = ask("/log").json, inputs(COUNT)[0]
    assert about["steps"] == [0, 1, 2, 3, 4] and about["labels"] == known.labels and about["picture"] == [16, 24]
    assert [(one["key"], one["title"], one["bytes"]) for one in about["methods"]] == [
        ("grad_cam", "Grad-CAM", 3 * 4 * 2),
        ("saliency", "Saliency", 16 * 24 * 3),
    ]
    assert set(about["colors"]) and about["difference"]["signed"]


def test_pictures_are_those_of_the_log(ask):
    response = ask("/picture", image=17)
    assert response.data == inputs(COUNT)[0].pictures[17] and response.mimetype == "image/png"
    assert "max-age" in response.headers["Cache-Control"]


def test_numbers_are_those_of_each_image(ask):
    columns = ask("/log").json["columns"]
    index, data = unpacked(ask("/numbers", first=1, last=3))
    assert index["steps"] == [1, 2, 3] and index["shape"] == [3, COUNT, len(columns)]
    table = np.frombuffer(data, "<f4").reshape(index["shape"])
    labels = np.array(inputs(COUNT)[0].labels)
    for place, step in enumerate(index["steps"]):
        numbers, chances = numbers_at(step, COUNT), numbers_at(step, COUNT)["probabilities"]
        wanted = {
            "predicted": numbers["targets"],
            "chance": chances.max(1),
            "label_chance": chances[np.arange(COUNT), labels],
            "loss": -np.log(chances[np.arange(COUNT), labels]),
            "score": numbers["scores"],
            "concentration/saliency": numbers["concentration/saliency"],
            "peak/grad_cam": maps_at(step, COUNT)["grad_cam"].max((1, 2, 3)),
        }
        for name, values in wanted.items():
            np.testing.assert_allclose(table[place, :, columns.index(name)], values, rtol=1e-5, err_msg=name)
        assert np.isnan(table[place, :, columns.index("movement/grad_cam")]).all()


@pytest.mark.parametrize("of", [{}, {"label": 1}, {"image": 2}])
def test_lines_are_means_over_the_images(ask, of):
    columns = ask("/log").json["columns"]
    index, data = unpacked(ask("/lines", first=0, last=4, **of))
    lines = np.frombuffer(data, "<f4").reshape(index["shape"])
    labels = np.array(inputs(COUNT)[0].labels)
    chosen = labels == of["label"] if of.get("label") else np.array(range(COUNT)) == of.get("image", range(COUNT))
    for step in range(5):
        numbers = numbers_at(step, COUNT)
        measured = numbers["concentration/saliency"][chosen].mean()
        right = (numbers["targets"] == labels)[chosen].mean()
        assert lines[step, columns.index("concentration/saliency")] == pytest.approx(measured, rel=1e-5)
        assert lines[step, columns.index("predicted")] == pytest.approx(right)


@pytest.mark.parametrize(("method", "kind"), [("grad_cam", "float16"), ("saliency", "int8")])
def test_maps_are_those_that_were_logged(ask, method, kind):
    for block, images in ((0, slice(0, 16)), (1, slice(16, 18))):
        index, data = unpacked(ask("/maps", method=method, block=block, first=1, last=2))
        wanted = np.stack([maps_at(step, COUNT)[method][images] for step in (1, 2)])
        assert index["shape"] == list(wanted.shape) and index["kind"] == kind
        count = 2 * wanted.shape[1]
        scales = np.frombuffer(data[: 4 * count], "<f4")
        codes = np.frombuffer(data[4 * count :], kind).reshape(count, *wanted.shape[2:])
        np.testing.assert_allclose(restored(codes, scales).reshape(wanted.shape), wanted, atol=wanted.max() / 127)


BAD = [
    {"run": "../a"},
    {"run": "/etc"},
    {"run": "b/c"},
    {"name": ""},
    {"method": "cam"},
    {"method": "../../x"},
    {"block": 2},
    {"block": -1},
    {"first": -1},
    {"first": "nan"},
    {"first": "1e3"},
    {"first": "\u0661"},
    {"first": 10**12},
    {"first": "9" * 5000},
    {"last": 5},
    {"last": "inf"},
    {"first": 3, "last": 1},
    {"first": ""},
]


@pytest.mark.parametrize("changes", BAD, ids=str)
def test_what_is_not_there_is_refused(ask, changes):
    query = {"method": "grad_cam", "block": 0, "first": 0, "last": 1, **changes}
    response = ask("/maps", **query)
    assert response.status_code == 400 and response.text.startswith("expected ")
    assert response.mimetype == "text/plain" and response.headers["X-Content-Type-Options"] == "nosniff"


def test_other_questions_are_refused_alike(ask):
    for path, query in [
        ("/picture", {"image": 18}),
        ("/picture", {"image": "../0"}),
        ("/lines", {"image": -1, "first": 0, "last": 0}),
        ("/lines", {"label": "x", "first": 0, "last": 0}),
        ("/numbers", {}),
        ("/log", {"run": "b/c"}),
    ]:
        assert ask(path, **query).status_code == 400, (path, query)


def test_too_much_at_once_is_refused(tmp_path):
    write(tmp_path, range(70))
    asked = asking(plugin_of(tmp_path))
    query = {"run": ".", "name": "explanations", "method": "grad_cam", "block": 0, "first": 0}
    assert asked("/maps", **query, last=63).status_code == 200
    assert asked("/maps", **query, last=64).status_code == 400


def test_it_keeps_up_with_a_run_that_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(served, "_REST", 0)
    asked, log = asking(plugin_of(tmp_path)), opened(tmp_path / "run")
    assert asked("/runs").json == {"runs": [], "broken": []}
    for step in range(3):
        log.log(step, lambda: {})
        log.flush()
        (run,) = asked("/runs").json["runs"]
        assert (run["steps"], run["last"]) == (step + 1, step)
    log = opened(tmp_path / "run")
    log.begin(0)
    log.log(1, lambda: {})
    log.flush()
    about = asked("/log", run="run", name="explanations").json
    assert about["steps"] == [0, 1] and about["restarts"] > 0


def test_a_broken_file_is_told_and_hides_no_other(tmp_path):
    write(tmp_path / "a", range(2))
    (tmp_path / "a" / "events.out.tfevents.0").write_bytes(bytes(range(256)))
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "events.out.tfevents.0").write_bytes(struct.pack("<Q", 2**62))
    answer = asking(plugin_of(tmp_path))("/runs").json
    assert [one["run"] for one in answer["runs"]] == ["a"]
    assert answer["broken"] == ["events.out.tfevents.0 of run a: it is broken at byte 0."]


def test_runs_of_one_name_are_both_there(tmp_path):
    for name in ("x", "y"):
        write(tmp_path / name, [0])
    spec = f"same:{tmp_path}/x,same:{tmp_path}/y,{tmp_path}/y"
    answer = asking(plugin_of(spec=spec))("/runs").json
    assert [one["run"] for one in answer["runs"]] == ["same", "same (2)", f"{tmp_path}/y"]


def test_a_method_without_maps_at_a_step_is_told_by_its_scale(tmp_path):
    write(tmp_path, [0])
    write(tmp_path, [1], maps=lambda step, count: {})
    query = {"run": ".", "name": "explanations", "block": 0, "first": 0, "last": 1}
    for method in METHODS:
        index, data = unpacked(asking(plugin_of(tmp_path))("/maps", method=method, **query))
        scales = np.frombuffer(data[: 4 * 6], "<f4").reshape(2, 3)
        assert np.isfinite(scales[0]).all() and np.isnan(scales[1]).all() and index["steps"] == [0, 1]
