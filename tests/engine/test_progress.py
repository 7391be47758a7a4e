import io
import sys

import pytest

from keras_explain.engine.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def written(monkeypatch, stream, verbose, steps=200):
    monkeypatch.setattr(sys, "stderr", stream)
    bar = Progress(steps, verbose, "patch")
    for _ in range(steps):
        bar.step(1, [("score", 0.5)])
    return stream.getvalue()


@pytest.mark.parametrize("verbose", ["auto", 0])
def test_a_log_gets_nothing_unasked(monkeypatch, verbose):
    assert written(monkeypatch, io.StringIO(), verbose) == ""


def test_a_log_gets_ten_lines_when_asked(monkeypatch):
    lines = written(monkeypatch, io.StringIO(), 1).splitlines()
    assert len(lines) == 10 and lines[0].startswith("patch 20 of 200, ") and lines[-1].endswith(", score 0.5")


def test_of_few_steps_each_is_a_line(monkeypatch):
    assert len(written(monkeypatch, io.StringIO(), 1, 3).splitlines()) == 3


def test_a_terminal_gets_one_line_that_is_rewritten(monkeypatch):
    text = written(monkeypatch, Terminal(), 1)
    assert text.startswith("\r") and text.count("\n") == 1 and "patch 200 of 200, took" in text.split("\r")[-1]
    assert len(text) < 1000


def test_short_work_shows_nothing(monkeypatch):
    assert written(monkeypatch, Terminal(), "auto") == ""
