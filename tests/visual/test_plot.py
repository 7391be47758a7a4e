import numpy as np
import pytest
from matplotlib.figure import Figure

from keras_explain.visual.gradient import gradient_picture
from keras_explain.visual.legend import legend
from keras_explain.visual.picture import attribution_picture, input_picture
from keras_explain.visual.plot import plot_attribution, plot_gradient, plot_input

SHOWN = {"series": (9, 2), "image": (4, 6, 3), "volume": (3, 4, 6, 3)}


def shown_input(kind):
    return np.zeros(SHOWN[kind], "float32" if kind == "series" else "uint8")


def drawn(axis):
    return axis.images[0].get_array()


@pytest.mark.parametrize("kind", SHOWN)
def test_single_plots_draw_into_given_axes_or_their_own(kind, rng):
    shown = shown_input(kind)
    values = rng.normal(size=(*shown.shape[:-1], 1))
    axes = Figure().subplots(1, 2)
    assert plot_input(shown, axes[0]) is axes[0]
    assert plot_attribution(shown, values, axes[1], signed=True, scale=2.0, title="map") is axes[1]
    np.testing.assert_array_equal(drawn(axes[0]), input_picture(shown))
    np.testing.assert_array_equal(drawn(axes[1]), attribution_picture(shown, values, True, 2.0))
    assert axes[1].get_title() == "map"
    np.testing.assert_array_equal(drawn(plot_attribution(shown, values)), attribution_picture(shown, values))


def bar(axis):
    """Returns the colors below a picture, and what is written at their ends."""
    (strip,) = axis.child_axes
    return strip.images[0].get_array()[0], [label.get_text() for label in strip.get_xticklabels()]


def test_the_bar_says_what_colors_stand_for():
    shown, values = np.zeros((1, 2, 3), "uint8"), np.array([[[0.0], [4.0]]])
    colors, words = bar(plot_attribution(shown, values, scale=4))
    np.testing.assert_array_equal(colors, legend(limit=4).colors)
    assert words == ["none", "most 4"]
    assert bar(plot_attribution(shown, values, signed=True, percentile=100))[1] == ["against", "for ±4"]
    assert not plot_attribution(shown, values, bar=False).child_axes


@pytest.mark.parametrize("kind", SHOWN)
def test_the_bar_of_a_fine_map_has_the_colors_that_are_drawn(kind):
    shown = shown_input(kind)
    colors, words = bar(plot_attribution(shown, np.ones((*shown.shape[:-1], 1)), signed=True, fine=True))
    by_itself = kind != "series"  # whose curves stay in front of their map
    np.testing.assert_array_equal(colors, legend(signed=True, fine=by_itself).colors)
    assert words[0] == ("lowers" if by_itself else "against")


def test_gradients_are_drawn_around_gray(rng):
    values = rng.normal(size=(3, 4, 3))
    np.testing.assert_array_equal(drawn(plot_gradient(values)), gradient_picture(values))
