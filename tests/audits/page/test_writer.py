"""The page of an audit: findings, examples, and the images that show them."""

import json
import re

import numpy as np
import pytest
from PIL import Image

import keras_explain as kx
from keras_explain.errors import InputError, OptionError
from tests.audits.networks import SHAPE, network


@pytest.fixture(scope="module")
def audited():
    photos = np.random.default_rng(1).uniform(size=(24, *SHAPE)).astype("float32")
    model = network()
    predicted = model.predict(photos, verbose=0).argmax(1)
    labels = np.where(np.arange(24) % 4 == 0, (predicted + 1) % 4, predicted)
    return photos, kx.audit(model, photos, labels=labels, class_names=["ant", "bee", "<cat>", "dog"], verbose=0)


def read(path):
    text = path.read_text()
    parts = re.findall(r'<script type="application/json" id="([^"]+)">(.*?)</script>', text, flags=re.S)
    return {name: json.loads(part) for name, part in parts}


def test_what_was_found_and_the_images_that_show_it(audited, tmp_path):
    photos, audit = audited
    audit.to_html(tmp_path / "audit.html", photos)
    page = read(tmp_path / "audit.html")
    index = page["page"]
    assert index["summary"][0] == str(audit) and index["summary"][1].startswith("Least accurate: ")
    assert "No class has a second cluster of reasons." in index["summary"]
    groups = {group["title"]: group for group in index["groups"]}
    assert "Sure and wrong" in groups and "Typical of their class" in groups
    for number in groups["Sure and wrong"]["images"]:
        row = int(index["images"][number]["name"])
        assert audit.predicted[row] != audit.labels[row] == index["images"][number]["label"]
        assert index["images"][number]["top"][0][1] == pytest.approx(audit.probabilities[row], rel=1e-5)
    wrong = {(audit.labels[row], audit.predicted[row]) for row in range(0, 24, 4)}
    names = audit.class_names
    wanted = {f"{names[label]} taken for {names[predicted]}" for label, predicted in wrong}
    assert {title for title in groups if "taken for" in title} == wanted
    assert len({image["name"] for image in index["images"]}) == len(index["images"]) <= 24


def test_maps_lie_over_the_photographs_of_a_folder_or_on_gray(audited, tmp_path):
    photos, audit = audited
    folder = tmp_path / "photos"
    folder.mkdir()
    for key, pixels in zip(audit.keys, photos):
        Image.fromarray((255 * pixels).astype("uint8")).resize((80, 60)).save(folder / f"{key}.png")
    audit.to_html(tmp_path / "audit.html", lambda key: folder / f"{key}.png")
    assert read(tmp_path / "audit.html")["page"]["images"][0]["photo"][1] >= 80
    audit.to_html(tmp_path / "audit.html")
    page = read(tmp_path / "audit.html")
    assert page["image-0"]["photos"][0].startswith("data:image/") and page["image-0"]["maps"]["grad_cam"]


def test_what_cannot_be_shown_is_refused(audited, tmp_path):
    photos, audit = audited
    with pytest.raises(OptionError, match="an array of 24 images"):
        audit.to_html(tmp_path / "audit.html", photos[:5])
    sizes = iter(range(20, 200))
    with pytest.raises(InputError, match="images= of one size"):
        audit.to_html(tmp_path / "audit.html", lambda key: np.zeros((next(sizes), 20, 3), "uint8"))
    with pytest.raises(OptionError, match="crop="):
        audit.to_html(tmp_path / "audit.html", photos, crop="yes")
    with pytest.raises(InputError):
        audit.to_html(tmp_path / "audit.html", lambda key: tmp_path / "none.png")
    assert not list(tmp_path.iterdir())
