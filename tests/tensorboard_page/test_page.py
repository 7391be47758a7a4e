"""The page in TensorBoard itself, looked at in a browser."""

import json
import re
import subprocess
import urllib.parse
import urllib.request

import numpy as np
import pytest
import tensorboard.program
from PIL import Image

from keras_explain.tensorboard_page.written import write_log_page
from tests.callbacks.test_tensorboard import CHROMIUM
from tests.training_log.writing import write


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    write(folder, range(3))
    return folder


@pytest.fixture(scope="module")
def address(logs):
    server = tensorboard.program.TensorBoard()  # which finds the page by the entry point of what is installed
    server.configure(argv=[None, "--logdir", str(logs), "--host", "127.0.0.1", "--port", "0"])
    return server.launch().rstrip("/")


def test_it_stands_beside_the_other_pages(address):
    pages = {"keras_explain": {"enabled": False}}
    while not pages["keras_explain"]["enabled"]:  # until TensorBoard has read the log
        pages = json.load(urllib.request.urlopen(f"{address}/data/plugins_listing", timeout=60))
    assert pages["keras_explain"]["tab_name"] == "Explanations"
    assert pages["images"]["loading_mechanism"]["type"] and "scalars" in pages


def in_browser(address, view, folder):
    """Returns the document that a browser makes of an address and a view, and the pixels that it shows."""
    command = [
        CHROMIUM,
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        f"--user-data-dir={folder / 'profile'}",
        "--window-size=900,700",
        "--virtual-time-budget=3000",
        f"--screenshot={folder / 'page.png'}",
        "--dump-dom",
        f"{address}#p.keras_explain.view={urllib.parse.quote(urllib.parse.urlencode(view))}",
    ]
    seen = subprocess.run(command, check=True, timeout=180, capture_output=True, text=True).stdout
    return seen, np.asarray(Image.open(folder / "page.png").convert("RGB")).astype(int)


def told_in(document):
    """Returns the words of a page from its heading to its slider."""
    shown = document[document.rindex('<header id="top">') : document.rindex("</footer>")]
    return re.sub("<[^>]*>", " ", shown).split()


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to look at the page with")
def test_a_browser_shows_what_the_link_says(logs, address, tmp_path):
    """The strongest color of the maps is there, only once, as the link asks for one method and one class.

    And a file of the same logs shows the same, word for word and pixel for pixel.
    """
    view = {"methods": "grad_cam", "class": 1, "compare": "epoch"}
    seen, pixels = in_browser(f"{address}/data/plugin_entry.html?name=keras_explain", view, tmp_path)
    assert "1 of 3 images" in seen and "epoch 3 of 3" in seen and seen.count('aria-pressed="true"') == 1
    red, green, blue = np.moveaxis(pixels, -1, 0)
    assert np.mean((red > 150) & (blue < 0.5 * red)) > 0.002  # the colors of evidence over a picture of noise

    write_log_page(logs, tmp_path / "page.html")
    alone, same = in_browser((tmp_path / "page.html").as_uri(), view, tmp_path)
    assert told_in(alone) == told_in(seen)
    assert np.mean(np.abs(pixels - same).max(axis=-1) > 8) < 0.001
