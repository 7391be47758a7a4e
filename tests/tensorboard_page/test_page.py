"""The page in TensorBoard itself, looked at in a browser."""

import json
import subprocess
import urllib.parse
import urllib.request

import numpy as np
import pytest
import tensorboard.program
from PIL import Image

from tests.callbacks.test_tensorboard import CHROMIUM
from tests.training_log.writing import write


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    write(folder, range(3))
    server = tensorboard.program.TensorBoard()  # which finds the page by the entry point of what is installed
    server.configure(argv=[None, "--logdir", str(folder), "--host", "127.0.0.1", "--port", "0"])
    return server.launch().rstrip("/")


def test_it_stands_beside_the_other_pages(address):
    pages = {"keras_explain": {"enabled": False}}
    while not pages["keras_explain"]["enabled"]:  # until TensorBoard has read the log
        pages = json.load(urllib.request.urlopen(f"{address}/data/plugins_listing", timeout=60))
    assert pages["keras_explain"]["tab_name"] == "Explanations"
    assert pages["images"]["loading_mechanism"]["type"] and "scalars" in pages


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to look at the page with")
def test_a_browser_shows_what_the_link_says(address, tmp_path):
    """The strongest color of the maps is there, only once, as the link asks for one method and one class."""
    view = urllib.parse.quote(urllib.parse.urlencode({"methods": "grad_cam", "class": 1, "compare": "epoch"}))
    command = [
        CHROMIUM,
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        f"--user-data-dir={tmp_path / 'profile'}",
        "--window-size=900,700",
        "--virtual-time-budget=3000",
        f"--screenshot={tmp_path / 'page.png'}",
        "--dump-dom",
        f"{address}/data/plugin_entry.html?name=keras_explain#p.keras_explain.view={view}",
    ]
    seen = subprocess.run(command, check=True, timeout=180, capture_output=True, text=True).stdout
    assert "1 of 3 images" in seen and "epoch 3 of 3" in seen and seen.count('aria-pressed="true"') == 1
    red, green, blue = np.moveaxis(np.asarray(Image.open(tmp_path / "page.png").convert("RGB")).astype(int), -1, 0)
    assert np.mean((red > 150) & (blue < 0.5 * red)) > 0.002  # the colors of evidence over a picture of noise
