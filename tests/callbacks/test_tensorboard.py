"""What TensorBoard makes of it: its own server asked, and its page looked at in a browser."""

import io
import json
import shutil
import subprocess
import urllib.parse
import urllib.request

import numpy as np
import pytest
import tensorboard.program
from PIL import Image

from keras_explain import ExplanationLogger
from keras_explain.methods.explainer import Explainer
from tests.callbacks.training import compiled, fit, read

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Ramp(Explainer):
    """An explainer whose map has every color of the scale."""

    key, title = "ramp", "Ramp"

    def __call__(self, images, target=None):
        return np.broadcast_to(np.arange(images.shape[2])[:, np.newaxis], (*images.shape[:3], 1)).astype("float32")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Runs in one directory, of one image, of two, and of one that was taken up again; and TensorBoard's server."""
    folder = tmp_path_factory.mktemp("runs")
    # Gray, so that all color on the page is a map's.
    images = np.random.default_rng(7).normal(size=(2, 12, 16, 1)).astype("float32").repeat(3, axis=-1)
    for name, count in (("first", 1), ("second", 2)):
        options = {"methods": ("cam", Ramp()), "regions": [(2, 2, 9, 9)] * count}
        options |= {"labels": [0, 3], "class_names": ["ant", "bee", "cow", "<dog>"]} if count == 2 else {}
        logger = ExplanationLogger(images[:count], log_dir=folder / name, **options)
        fit(compiled(), [logger], epochs=4)
    for first, last in ((0, 4), (2, 5)):
        fit(compiled(), [ExplanationLogger(images[:1], log_dir=folder / "again")], initial_epoch=first, epochs=last)
    server = tensorboard.program.TensorBoard()
    server.configure(argv=[None, "--logdir", str(folder), "--host", "127.0.0.1", "--port", "0"])
    return folder, server.launch().rstrip("/")


@pytest.fixture(scope="module")
def ask(runs):
    def ask(path, **query):
        with urllib.request.urlopen(f"{runs[1]}/data/{path}?{urllib.parse.urlencode(query)}", timeout=60) as answer:
            return answer.read()

    return ask


def test_runs_and_tags_are_apart(ask):
    assert sorted(json.loads(ask("runs"))) == ["again", "first", "second"]
    tags = json.loads(ask("plugin/images/tags"))
    assert {run: sorted(found) for run, found in tags.items()} == {
        "again": ["explanations/0"],
        "first": ["explanations/0"],
        "second": ["explanations/0", "explanations/1"],
    }
    numbers = json.loads(ask("plugin/scalars/tags"))["second"]
    assert sorted(numbers) == [
        f"explanations_{measure}/{method}"
        for measure in ("concentration", "energy_inside", "movement", "pointing")
        for method in ("cam", "ramp")
    ]


def test_tags_are_headed_by_class_and_numbers_say_what_is_good(ask):
    pictures, numbers = json.loads(ask("plugin/images/tags")), json.loads(ask("plugin/scalars/tags"))["second"]
    headings = [told["displayName"] for _, told in sorted(pictures["second"].items())]
    assert headings == ["image 0, true: ant", "image 1, true: <dog>"]
    assert pictures["first"]["explanations/0"]["displayName"] == "image 0"
    assert numbers["explanations_energy_inside/ramp"]["displayName"] == "Ramp"
    assert "More is better" in numbers["explanations_energy_inside/ramp"]["description"]
    assert all(told["description"] for told in numbers.values())


def test_every_step_is_served_pixel_by_pixel(runs, ask):
    written = read(runs[0] / "second")["explanations/1"]
    served = json.loads(ask("plugin/images/images", run="second", tag="explanations/1", sample=0))
    assert [picture["step"] for picture in served] == [0, 1, 2, 3]
    for picture in served:
        encoded = urllib.request.urlopen(f"{runs[1]}/data/plugin/images/individualImage?{picture['query']}", timeout=60)
        np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(encoded.read()))), written[picture["step"]])
    numbers = json.loads(ask("plugin/scalars/scalars", run="second", tag="explanations_movement/cam"))
    found = read(runs[0] / "second", "explanations_movement")["explanations_movement/cam"]
    assert {step: value for _, step, value in numbers} == pytest.approx(found)


def test_steps_that_came_again_are_served_once(ask):
    served = json.loads(ask("plugin/images/images", run="again", tag="explanations/0", sample=0))
    assert [picture["step"] for picture in served] == [0, 1, 2, 3, 4]
    numbers = json.loads(ask("plugin/scalars/scalars", run="again", tag="explanations_concentration/grad_cam"))
    assert [step for _, step, _ in numbers] == [0, 1, 2, 3, 4]


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to look at the page with")
def test_the_page_shows_the_maps(runs, tmp_path):
    """The colors of a map are seen on the page of pictures, and not on that of numbers."""
    shares = {}
    for page in ("images", "scalars"):
        shot = tmp_path / f"{page}.png"
        subprocess.run(
            [
                CHROMIUM,
                *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
                *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
                f"--user-data-dir={tmp_path / 'profile'}",
                "--window-size=1500,1100",
                "--virtual-time-budget=20000",
                f"--screenshot={shot}",
                f"{runs[1]}/#{page}",
            ],
            check=True,
            timeout=180,
            capture_output=True,
        )
        seen = np.asarray(Image.open(shot).convert("RGB")).astype(int)
        red, green, blue = np.moveaxis(seen, -1, 0)
        # The yellow of what counts most, which TensorBoard's own page has not: its bars are orange.
        shares[page] = np.mean((green > 0.8 * red) & (green > blue + 80))
    assert shares["images"] > 0.001 > 10 * shares["scalars"]
