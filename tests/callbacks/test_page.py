import numpy as np
import pytest

from keras_explain import InputError
from keras_explain.callbacks.page import Page, compressed
from keras_explain.visual.panel import panel
from keras_explain.visual.picture import attribution_picture, showable


def prepared(images, signed, **options):
    page = Page("explanations", **options)
    titles = {"cam": "CAM", "grad_cam": "Grad-CAM", "saliency": "Saliency"}
    page.prepare(images, titles, signed, labels=["bee", "ant"], class_names=["ant", "bee"])
    return page


@pytest.fixture
def pair(rng):
    return rng.random((2, 8, 10, 3), "float32")


def test_a_panel_of_the_input_and_each_map(pair, rng):
    maps = {"cam": rng.normal(size=(2, 8, 10, 1)), "saliency": rng.normal(size=(2, 8, 10, 3))}
    page = prepared(pair, {"cam": False, "saliency": True})
    pictures = page.draw(maps, np.array([[0.25, 0.75], [0.9, 0.1]]), "epoch 3")
    shown = showable(pair)
    for i, caption in enumerate((["true: bee", "predicted: bee  75%"], ["true: ant", "predicted: ant  90%"])):
        tiles = [shown[i], *(attribution_picture(shown[i], maps[key][i], key == "saliency") for key in maps)]
        wanted = panel(tiles, ["input", "CAM", "Saliency"], [*caption, "epoch 3"])
        np.testing.assert_array_equal(pictures[f"explanations/{i}"], wanted)


def test_a_map_that_is_missing_is_said_to_be(pair):
    page, maps = prepared(pair, {"cam": False, "grad_cam": False}), {"grad_cam": np.ones((2, 8, 10, 1))}
    shown = showable(pair)
    wanted = panel(
        [shown[1], shown[1], attribution_picture(shown[1], maps["grad_cam"][1])],
        ["input", "CAM: no map", "Grad-CAM"],
        ["true: ant", "batch 5"],
    )
    np.testing.assert_array_equal(page.draw(maps, None, "batch 5")["explanations/1"], wanted)


@pytest.mark.parametrize("signed", [False, True])
def test_one_scale_for_the_run_shows_equal_values_alike(pair, signed):
    page = prepared(pair, {"cam": signed}, scale="run")
    ramp = np.linspace(-2, 2, 80).reshape(1, 8, 10, 1) * np.array([1, 3]).reshape(2, 1, 1, 1)
    first, second = page.draw({"cam": ramp}, None, ""), page.draw({"cam": ramp * 5}, None, "")
    again = page.draw({"cam": ramp}, None, "")
    flipped = page.draw({"cam": ramp[::-1]}, None, "")
    for tag in first:
        np.testing.assert_array_equal(first[tag], again[tag])
        assert not np.array_equal(first[tag], second[tag])
    assert not np.array_equal(first["explanations/0"], flipped["explanations/0"])


def test_compressed_is_one_half_at_the_first_limit_and_odd():
    np.testing.assert_allclose(compressed(np.array([-3.0, 0, 3, 9, 1e9]), 3.0), [-0.5, 0, 0.5, 0.75, 1], atol=1e-6)
    np.testing.assert_array_equal(compressed(np.array([-1.0, 0, 2]), 0), [-1, 0, 1])


def test_display_says_how_images_look(rng):
    spectra = rng.normal(size=(2, 6, 7, 12)).astype("float32")
    with pytest.raises(InputError, match="display="):
        prepared(spectra, {"cam": False})
    page = prepared(spectra, {"cam": False}, display=lambda images: np.clip(images[..., 3:6], 0, 1))
    wanted = np.rint(np.clip(spectra[..., 3:6], 0, 1) * 255)
    np.testing.assert_array_equal(page._images, wanted)


@pytest.mark.parametrize(
    "display", [lambda images: images[:1], lambda images: images[..., :2], lambda images: images[:, 1:]]
)
def test_display_of_another_size_is_refused(pair, display):
    with pytest.raises(InputError, match="received"):
        prepared(pair, {"cam": False}, display=display)
