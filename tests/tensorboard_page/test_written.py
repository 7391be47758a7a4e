"""The page as a file: what a server would answer is in it, and a browser shows the same."""

import base64
import json
import re

import numpy as np
import pytest

from keras_explain.errors import InputError, OptionError
from keras_explain.tensorboard_page import written
from keras_explain.training_log.compact import restored
from tests.tensorboard_page.test_plugin import asking, plugin_of
from tests.tensorboard_page.test_plugin import unpacked as unpacked_answer
from tests.training_log.writing import maps_at, write

COUNT = 18


def parts_of(path):
    """Returns the texts of the elements with data, by their names."""
    return dict(re.findall(r'<script type="application/json" id="([^"]+)">(.*?)</script>', path.read_text("utf-8")))


def unpacked(text):
    data = base64.b64decode(text)
    size = int.from_bytes(data[:4], "little")
    return json.loads(data[4 : 4 + size]), data[4 + size :]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Returns the folder of two runs, and the page of them."""
    folder = tmp_path_factory.mktemp("written")
    write(folder / "logs" / "a", range(5), count=COUNT)
    write(folder / "logs" / "b", [0, 1], name="other")
    assert written.write_log_page(folder / "logs", folder / "page.html") == []
    return folder / "logs", folder / "page.html"


def test_what_a_server_answers_is_in_it(page):
    ask, parts = asking(plugin_of(page[0])), parts_of(page[1])
    logs = json.loads(parts["logs"])
    assert [(log["run"], log["name"]) for log in logs] == [("a", "explanations"), ("b", "other")]
    query = {"run": "a", "name": "explanations"}
    assert logs[0]["about"] == ask("/log", **query).json
    assert base64.b64decode(logs[0]["pictures"][17].partition(",")[2]) == ask("/picture", **query, image=17).data
    numbers = unpacked_answer(ask("/numbers", **query, first=0, last=4))
    assert unpacked(parts["log-0-numbers"])[1] == numbers[1]
    index, data = unpacked(parts["log-0-0-1"])  # the first method, the second block
    assert index["shape"] == [5, 2, 3, 4, 1] and index["kind"] == "float16"
    scales, codes = (
        np.frombuffer(data[:40], "<f4").reshape(5, 2),
        np.frombuffer(data[40:], "<f2").reshape(index["shape"]),
    )
    wanted = maps_at(3, COUNT)["grad_cam"][16:]
    np.testing.assert_allclose(restored(codes[3], scales[3]), wanted, atol=1e-3 * wanted.max())


def test_of_a_long_log_some_steps_are_in_it_and_the_last_one(page, tmp_path, monkeypatch):
    monkeypatch.setattr(written, "_ROOM", 2 * COUNT * 3 * (3 * 4 * 2 + 16 * 24 * 3))  # two logs, three steps each
    told = written.write_log_page(page[0], tmp_path / "page.html")
    assert told == ["of explanations in run a one step in 2 is on the page, 5 were logged."]
    steps = [log["about"]["steps"] for log in json.loads(parts_of(tmp_path / "page.html")["logs"])]
    assert steps == [[0, 2, 4], [0, 1]]


def test_what_is_refused(tmp_path):
    with pytest.raises(InputError, match="has logged"):
        written.write_log_page(tmp_path, tmp_path / "page.html")
    write(tmp_path / "logs", [0])
    (tmp_path / "mine.html").write_text("mine")
    with pytest.raises(OptionError, match="mine.html"):
        written.write_log_page(tmp_path / "logs", tmp_path / "mine.html")
    assert (tmp_path / "mine.html").read_text() == "mine"
