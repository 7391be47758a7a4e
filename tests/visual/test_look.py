"""A relative map, in which only differences say something, is drawn like these differences, by whatever draws it."""

import numpy as np
import pytest

import keras_explain as kx
from keras_explain import OptionError
from keras_explain.visual.framing import frame
from keras_explain.visual.grids import plot_attributions, plot_comparison
from keras_explain.visual.legend import legend
from keras_explain.visual.look import check_look, look_of
from keras_explain.visual.over_photograph import map_over_photograph
from keras_explain.visual.picture import attribution_legend, attribution_picture
from keras_explain.visual.plot import plot_attribution
from keras_explain.visual.scale import attribution_limit, attribution_limits, beginning

SHOWN = {"series": (9, 2), "image": (8, 12, 3), "volume": (4, 8, 12, 3)}


@pytest.fixture
def maps(rng):
    """Five maps far from 0 of growing differences, of which no digit is lost, and these differences."""
    differences = rng.integers(0, 64, size=(5, 4, 6, 1)) / np.float32(64) * 2.0 ** np.arange(5).reshape(5, 1, 1, 1)
    differences = differences.astype("float32") - differences.min((1, 2, 3), keepdims=True).astype("float32")
    return differences + 5 * np.arange(1, 6, dtype="float32").reshape(5, 1, 1, 1), differences


def drawn(figure):
    """Returns the pictures of a figure, and what is written below them."""
    pictures = [axis.images[0].get_array() for axis in figure.axes if axis.images]
    bars = [strip.get_xticklabels() for axis in figure.axes for strip in axis.child_axes]
    return pictures, [[label.get_text() for label in bar] for bar in bars]


def test_colors_begin_at_the_smallest_finite_value_of_each_map(maps):
    far, differences = maps
    np.testing.assert_array_equal(far - beginning(far, True, 1), differences)
    np.testing.assert_array_equal(far - beginning(far), far)
    pairs = np.stack([far, far[::-1]], 1)
    np.testing.assert_array_equal(pairs - beginning(pairs, True, 2), np.stack([differences, differences[::-1]], 1))
    broken = np.array([[np.nan, -np.inf, 3, 4, np.inf]], "float32")
    assert beginning(broken, True) == 3 and beginning(np.full((2, 1), np.nan), True) == 0
    assert beginning(np.array([[-128], [127]], "int8"), True) == -128 and beginning(far, True).dtype == np.float32


@pytest.mark.parametrize("kind", SHOWN)
@pytest.mark.parametrize("fine", [False, True])
@pytest.mark.parametrize("resized", [False, True])
@pytest.mark.parametrize("limit", [None, 0.5])
def test_one_picture(kind, fine, resized, limit, rng):
    shown = rng.integers(256, size=SHOWN[kind]).astype("float32" if kind == "series" else "uint8")
    size = [length - 1 if resized else length for length in shown.shape[:-1]]
    differences = rng.integers(0, 64, size=(*size, 2)) / np.float32(64)
    differences -= differences.min()
    wanted = attribution_picture(shown, differences, limit=limit, fine=fine)
    found = attribution_picture(shown, differences + np.float32(5), limit=limit, fine=fine, relative=True)
    np.testing.assert_array_equal(found, wanted)
    np.testing.assert_array_equal(
        attribution_picture(shown, differences, fine=fine, limit=limit, relative=True), wanted
    )
    assert (attribution_picture(shown, differences + np.float32(5), limit=limit, fine=fine) != wanted).any()


def test_a_constant_map_is_nothing(rng):
    shown = rng.integers(256, size=(8, 12, 3), dtype="uint8")
    np.testing.assert_array_equal(attribution_picture(shown, np.full((8, 12, 1), 0.7), relative=True), shown)


def test_over_an_image_and_over_a_photograph(maps, rng):
    photo, (far, differences) = rng.integers(256, size=(30, 40, 3), dtype="uint8"), maps
    np.testing.assert_array_equal(kx.overlay(photo, far[0], relative=True), kx.overlay(photo, differences[0]))
    framing = frame((30, 40), (4, 6), crop=True)
    for fine in (False, True):
        found = map_over_photograph(photo, framing, far[0], fine=fine, relative=True)
        np.testing.assert_array_equal(found, map_over_photograph(photo, framing, differences[0], fine=fine))


@pytest.mark.parametrize("scale", ["image", 2.0])
def test_a_single_plot(maps, scale, rng):
    shown, (far, differences) = rng.integers(256, size=(4, 6, 3), dtype="uint8"), maps
    limit = attribution_limit(differences[1]) if scale == "image" else scale
    pictures, words = drawn(plot_attribution(shown, far[1], relative=True, scale=scale).figure)
    np.testing.assert_array_equal(pictures[0], attribution_picture(shown, differences[1], limit=limit))
    assert words == [["least", f"most +{limit:.2g}"]]


@pytest.mark.parametrize("scale", ["image", "all", 2.0])
def test_grids_beside_maps_that_are_not(maps, scale, rng):
    shown, (far, differences) = rng.integers(256, size=(5, 4, 6, 3), dtype="uint8"), maps
    limits = attribution_limits(differences, scale=scale)
    figure = plot_attributions(shown, {"a": far, "b": differences}, relative=["a"], scale=scale)
    pictures, (below, of_others) = drawn(figure)
    for i, limit in enumerate(limits):
        wanted = attribution_picture(shown[i], differences[i], limit=limit)
        for found in pictures[3 * i + 1 : 3 * i + 3]:
            np.testing.assert_array_equal(found, wanted)
    end = "" if scale == "image" else f"{limits[0]:.2g}"
    assert below == ["least", f"most +{end}" if end else "most"] and of_others == ["none", f"most {end}".strip()]


@pytest.mark.parametrize("scale", ["image", "all"])
def test_classes_of_which_each_begins_at_its_own(maps, scale, rng):
    shown, (far, differences) = rng.integers(256, size=(2, 4, 6, 3), dtype="uint8"), maps
    far, differences = (values[:4].reshape(2, 2, 4, 6, 1) for values in (far, differences))
    limits = attribution_limits(differences, scale=scale)
    pictures, words = drawn(plot_comparison(shown, {"a": far}, [["b", "c"]] * 2, relative=["a"], scale=scale))
    for i, limit in enumerate(limits):
        for k in range(2):
            wanted = attribution_picture(shown[i], differences[i, k], limit=limit)
            np.testing.assert_array_equal(pictures[3 * i + 1 + k], wanted)
    assert [low for low, _ in words] == ["least"]


@pytest.mark.parametrize("fine", [False, True])
def test_the_bar_has_other_words_for_the_same_colors(fine):
    found = legend(fine=fine, relative=True)
    np.testing.assert_array_equal(found.colors, legend(fine=fine).colors)
    assert found[1:] == ("least", "most") and legend(fine=fine, limit=0.25, relative=True).high == "most +0.25"
    by_itself = attribution_legend(np.zeros((4, 6, 3), "uint8"), 0.25, fine=fine, relative=True)
    np.testing.assert_array_equal(by_itself.colors, found.colors)
    assert by_itself.low == "least"


def test_what_an_explainer_does_not_declare_it_is_not():
    class Own:
        signed = np.bool_(True)

    assert look_of(Own()) == {"signed": True, "fine": False, "relative": False}


def test_differences_have_no_signs(maps):
    shown, values = np.zeros((4, 6, 3), "uint8"), maps[0]
    both = {"signed": True, "relative": True}
    for call in (
        lambda: check_look(True, False, True),
        lambda: attribution_picture(shown, values[0], **both),
        lambda: plot_attribution(shown, values[0], **both),
        lambda: kx.overlay(shown, values[0], **both),
        lambda: plot_attributions(shown[None], {"a": values[:1]}, ["a"], relative=["a"]),
        lambda: plot_comparison(shown[None], {"a": values[None]}, [None], ["a"], relative=["a"]),
    ):
        with pytest.raises(OptionError, match="signed or relative, received both"):
            call()
