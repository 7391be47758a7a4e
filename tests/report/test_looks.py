"""What an explainer declares of its maps' looks reaches all that an explanation draws; the maps stay as they are."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from keras_explain import OptionError, explain, load
from keras_explain.visual.framing import frame
from keras_explain.visual.over_photograph import map_over_photograph
from keras_explain.visual.picture import attribution_picture
from tests.networks import SHAPE, build


class Near:
    """Maps with a zero, of a user who declares no more than has to be."""

    key, title, signed, layer, at = "near", "Near", False, None, 0

    def targets(self, images, target=None):
        return np.zeros(len(images), np.int32)

    def __call__(self, images, target=None):
        maps = np.random.default_rng(0).integers(0, 64, (len(images), *SHAPE[:2], 1))
        maps[:, 0, 0] = 0
        return self.at + maps.astype("float32") / 64


class Far(Near):
    """The same maps far from zero, of which only differences say something."""

    key, title, relative, at = "far", "Far", True, np.float32(5)


@pytest.fixture(scope="module")
def explained():
    images = np.linspace([[[0.2]], [[0.9]]], 0.5, SHAPE[1], axis=2, dtype="float32") * np.ones((2, *SHAPE), "float32")
    return explain(build("functional"), images, methods=[Near(), Far()])


def pictures(explanation, name):
    return [attribution_picture(*pair) for pair in zip(explanation.shown, explanation.maps[name])]


def test_maps_are_raw_and_their_look_is_known(explained):
    np.testing.assert_array_equal(explained.maps["far"], explained.maps["near"] + np.float32(5))
    assert explained.relative == ("far",)
    assert explained.look("far") == {"signed": False, "fine": False, "relative": True}
    assert not any(explained.look("near").values())


def test_a_figure_of_methods_and_of_classes(explained):
    figure = explained.plot(methods=["far"])
    for axis, wanted in zip(figure.axes[1::2], pictures(explained, "near")):
        np.testing.assert_array_equal(axis.images[0].get_array(), wanted)
    assert [text.get_text() for text in figure.axes[3].child_axes[0].get_xticklabels()] == ["least", "most"]
    several = explain(build("functional"), explained.images, "top2", [Near(), Far()])
    axes = several.plot(scale="all").axes  # a row of near and one of far for each image
    for start in (0, 6):
        near, far = axes[start + 1 : start + 3], axes[start + 4 : start + 6]
        for one, other in zip(near, far):
            np.testing.assert_array_equal(one.images[0].get_array(), other.images[0].get_array())


def test_a_folder_and_what_is_read_of_it(explained, tmp_path):
    explained.save(tmp_path / "why")
    for i, wanted in enumerate(pictures(explained, "near")):
        found = np.asarray(Image.open(tmp_path / "why" / "pictures" / f"{i}_far.png"))
        np.testing.assert_array_equal(found, wanted)
    found = load(tmp_path / "why")
    assert found.relative == ("far",) and found[1:].look("far") == explained.look("far")
    np.testing.assert_array_equal(found.maps["far"], explained.maps["far"])


def test_over_photographs(explained, tmp_path):
    photos = [shown.repeat(3, 0).repeat(3, 1) for shown in explained.shown]
    explained.save(tmp_path / "why", original=photos)
    for i, (photo, values) in enumerate(zip(photos, explained.maps["near"])):
        found = np.asarray(Image.open(Path(tmp_path, "why", "pictures", f"{i}_far.png")))
        np.testing.assert_array_equal(found, map_over_photograph(photo, frame(photo.shape[:2], SHAPE[:2]), values))


def test_differences_with_signs_are_refused(explained, tmp_path):
    explainer = Far()
    explainer.signed = True
    with pytest.raises(OptionError, match="signed or relative, received both"):
        explain(build("functional"), explained.images, methods=[explainer])
    both = dataclasses.replace(explained, signed=("far",))
    for call in (lambda: both.save(tmp_path / "why"), lambda: both.to_html(tmp_path / "why.html"), both.plot):
        with pytest.raises(ValueError, match="signed or relative, received both"):
            call()
