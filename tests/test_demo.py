"""The demo, run as a user runs it."""

import os
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from keras_explain import demo

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_the_digit_lies_in_its_box(rng):
    digits = load_digits()
    canvases, labels, boxes = demo.place(digits.images / 16, digits.target, 20, rng)
    assert canvases.shape == (20, 64, 64, 1) and canvases.min() >= 0 and canvases.max() <= 1
    small = digits.images / 16
    for canvas, label, (top, left, bottom, right) in zip(canvases, labels, boxes):
        inside = canvas[top:bottom, left:right, 0].reshape(8, 3, 8, 3).mean((1, 3))
        closest = np.abs(small - inside).mean((1, 2)).argmin()
        assert digits.target[closest] == label


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Runs the demo in a folder of its own, on half its canvases, a third of its epochs; returns that and numbers."""
    folder = tmp_path_factory.mktemp("run")
    here = os.getcwd()
    os.chdir(folder)
    yield folder, *demo.main(epochs=2, count=4000)
    os.chdir(here)


def test_keeps_what_the_readme_promises(run):
    folder, accuracy, shares = run
    assert accuracy >= 0.9  # 0.96 measured, and 0.99 after all epochs
    assert set(shares) == {"cam", "grad_cam"} and min(shares.values()) > 0.6  # of a box of 14% of the picture
    for picture in ("gallery.png", "classes.png"):
        assert (folder / "demo" / picture).stat().st_size > 50_000


@pytest.mark.parametrize("key", ["grad_cam", "guided_backprop", "occlusion", "smooth_grad", "class_visualization"])
def test_the_examples_show_a_method(key, run, monkeypatch):
    monkeypatch.chdir(run[0])
    monkeypatch.setattr(sys, "argv", ["maps.py", key])
    runpy.run_path(str(EXAMPLES / (f"{key}.py" if key == "class_visualization" else "maps.py")))
    assert (run[0] / "demo" / f"{key}.png").stat().st_size > 5_000
