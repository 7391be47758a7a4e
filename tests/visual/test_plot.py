import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from keras_explain.visual.gradient import gradient_picture
from keras_explain.visual.picture import attribution_picture, input_picture
from keras_explain.visual.plot import (
    plot_attribution,
    plot_attributions,
    plot_classes,
    plot_comparison,
    plot_gradient,
    plot_input,
)

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


def test_the_bar_says_what_colors_stand_for():
    shown, values = np.zeros((1, 2, 3), "uint8"), np.array([[[0.0], [4.0]]])
    figure = plot_attribution(shown, values, scale=4).figure
    assert [text.get_text() for text in figure.axes[1].get_yticklabels()] == ["0", "2", "4"]
    figure = plot_attribution(shown, values, signed=True, percentile=100).figure
    assert [text.get_text() for text in figure.axes[1].get_yticklabels()] == ["-4", "0", "4"]
    assert len(plot_attribution(shown, values, bar=False).figure.axes) == 1


def test_gradients_are_drawn_around_gray(rng):
    values = rng.normal(size=(3, 4, 3))
    np.testing.assert_array_equal(drawn(plot_gradient(values)), gradient_picture(values))


@pytest.mark.parametrize(("scale", "limits", "bars"), [("image", [1, 2], 0), ("all", [2, 2], 2), (5, [5, 5], 2)])
def test_rows_of_inputs_with_maps(scale, limits, bars):
    shown = np.zeros((2, 4, 6, 3), "uint8")
    maps = np.arange(24.0).reshape(4, 6, 1) / 23 * np.array([1.0, 2.0]).reshape(2, 1, 1, 1)
    figure = plot_attributions(
        shown, {"a": maps, "b": -maps}, ["b"], scale=scale, percentile=100, row_titles=["x", "y"]
    )
    assert len(figure.axes) == 6 + bars
    assert [axis.get_title() for axis in figure.axes[:3]] == ["input", "a", "b"]
    for row, limit in enumerate(limits):
        np.testing.assert_array_equal(drawn(figure.axes[3 * row]), shown[row])
        np.testing.assert_array_equal(
            drawn(figure.axes[3 * row + 1]), attribution_picture(shown[row], maps[row], limit=limit)
        )
        wanted = attribution_picture(shown[row], -maps[row], True, limit)
        np.testing.assert_array_equal(drawn(figure.axes[3 * row + 2]), wanted)
    named = {"image": "the largest value of each map", "all": "the largest value of all maps", 5: "5"}[scale]
    assert figure.get_supxlabel() == f"outermost color: {named}"


def test_classes_stand_in_a_grid():
    figure = plot_classes(np.zeros((5, 4, 4, 3), "uint8"), list("abcde"), columns=3)
    assert [axis.get_title() for axis in figure.axes] == ["a", "b", "c", "d", "e", ""]
    assert [len(axis.images) for axis in figure.axes] == [1, 1, 1, 1, 1, 0]


def test_figures_belong_to_no_window():
    assert (
        type(plot_classes(np.zeros((1, 4, 4, 3), "uint8"), ["a"]).canvas) is matplotlib.backend_bases.FigureCanvasBase
    )


@pytest.mark.parametrize(("scale", "limits"), [("image", [2, 4]), ("all", [4, 4]), (3, [3, 3])])
def test_classes_are_compared_on_one_scale_a_row(scale, limits):
    shown = np.zeros((2, 1, 2, 3), "uint8")
    maps = np.array([[[0.0, 1], [0, 2]], [[0, 3], [0, 4]]]).reshape(2, 2, 1, 2, 1)
    titles = [["ant 80%", "bee 10%"], ["cat 90%", "dog 5%"]]
    figure = plot_comparison(shown, {"a": maps, "b": -maps}, titles, ["b"], scale=scale, percentile=100)
    assert len(figure.axes) == 2 * 2 * 3
    assert [axis.get_title() for axis in figure.axes] == [
        "input",
        *titles[0],
        "",
        "",
        "",
        "input",
        *titles[1],
        "",
        "",
        "",
    ]
    assert [figure.axes[3 * row].get_ylabel() for row in range(4)] == ["a", "b", "a", "b"]
    for i, limit in enumerate(limits):
        for k in range(2):
            wanted = attribution_picture(shown[i], maps[i, k], limit=limit)
            np.testing.assert_array_equal(drawn(figure.axes[6 * i + 1 + k]), wanted)
            wanted = attribution_picture(shown[i], -maps[i, k], True, limit)
            np.testing.assert_array_equal(drawn(figure.axes[6 * i + 4 + k]), wanted)
    assert not figure.axes[3].images


def test_long_titles_are_broken_and_lie_within_the_figure():
    shown = np.zeros((1, 4, 4, 3), "uint8")
    title = "a class with a name that is long\npredicted: another with a long name"
    figure = plot_attributions(shown, {"cam": np.zeros((1, 4, 4, 1))}, input_titles=[title])
    FigureCanvasAgg(figure).draw()
    texts = [axis.title for axis in figure.axes]
    boxes = [text.get_window_extent() for text in texts]
    assert texts[0].get_text().split() == title.split() and texts[0].get_text().count("\n") >= 2
    assert boxes[0].x1 < boxes[1].x0 and boxes[0].y1 <= figure.bbox.y1
