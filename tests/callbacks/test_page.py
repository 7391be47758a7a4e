import numpy as np
import pytest

from keras_explain import InputError
from keras_explain.callbacks.page import Page
from keras_explain.visual.legend import legend
from keras_explain.visual.look import check_look
from keras_explain.visual.panel import panel
from keras_explain.visual.picture import attribution_picture, showable


def prepared(images, signed, relative=(), **options):
    page = Page("explanations", **options)
    titles = {"cam": "CAM", "grad_cam": "Grad-CAM", "saliency": "Saliency"}
    looks = {name: check_look(yes, name == "saliency", name in relative) for name, yes in signed.items()}
    page.prepare(images, titles, looks, labels=["bee", "ant"], class_names=["ant", "bee"])
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
        tiles = [shown[i], attribution_picture(shown[i], maps["cam"][i])]
        tiles.append(attribution_picture(shown[i], maps["saliency"][i], signed=True, fine=True))
        below = [None, legend(), legend(signed=True, fine=True)]
        wanted = panel(tiles, ["input", "CAM", "Saliency"], [*caption, "epoch 3"], below)
        np.testing.assert_array_equal(pictures[f"explanations/{i}"], wanted)


def test_a_map_that_is_missing_is_said_to_be(pair):
    page, maps = prepared(pair, {"cam": False, "grad_cam": False}), {"grad_cam": np.ones((2, 8, 10, 1))}
    shown = showable(pair)
    wanted = panel(
        [shown[1], shown[1], attribution_picture(shown[1], maps["grad_cam"][1])],
        ["input", "CAM: no map", "Grad-CAM"],
        ["true: ant", "batch 5"],
        [None, None, legend()],
    )
    np.testing.assert_array_equal(page.draw(maps, None, "batch 5")["explanations/1"], wanted)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(("strength", "end"), [(0.9, 1), (1.1, 2), (2.0, 2), (3e-4, 2**-11), (1e5, 2**17)])
def test_a_run_has_scales_that_are_powers_of_two(pair, signed, strength, end):
    page = prepared(pair, {"cam": signed}, scale="run")
    maps = np.linspace(-1, 1, 80).reshape(1, 8, 10, 1) * np.array([0.5, 1]).reshape(2, 1, 1, 1)
    maps[:, :2] = np.array([0.5, 1]).reshape(2, 1, 1, 1)
    found = page.draw({"cam": maps * strength}, None, "")
    for i, (one, limit) in enumerate(zip(showable(pair), (end / 2, end))):
        tiles = [one, attribution_picture(one, maps[i] * strength, signed, limit)]
        wanted = panel(tiles, ["input", "CAM"], [f"true: {['bee', 'ant'][i]}", ""], [None, legend(signed, limit=limit)])
        np.testing.assert_array_equal(found[f"explanations/{i}"], wanted)


@pytest.mark.parametrize(("scale", "end"), [("epoch", None), ("run", 2)])
def test_a_relative_map_begins_at_its_smallest_value(pair, scale, end):
    page = prepared(pair, {"cam": False, "grad_cam": False}, relative=["cam"], scale=scale)
    maps = np.arange(80, dtype="float32").reshape(1, 8, 10, 1).repeat(2, 0) / 64
    found = page.draw({"cam": maps + 5, "grad_cam": maps}, None, "")
    for i, one in enumerate(showable(pair)):
        tiles = [one, *[attribution_picture(one, maps[i], limit=end)] * 2]
        below = [None, legend(limit=end, relative=True), legend(limit=end)]
        wanted = panel(tiles, ["input", "CAM", "Grad-CAM"], [f"true: {['bee', 'ant'][i]}", ""], below)
        np.testing.assert_array_equal(found[f"explanations/{i}"], wanted)


def test_a_run_shows_a_blank_map_as_nothing(pair):
    page = prepared(pair, {"cam": False}, scale="run")
    tiles = [showable(pair)[0]] * 2
    wanted = panel(tiles, ["input", "CAM"], ["true: bee", ""], [None, legend(limit=0)])
    found = page.draw({"cam": np.zeros((2, 8, 10, 1))}, None, "")
    np.testing.assert_array_equal(found["explanations/0"], wanted)


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
