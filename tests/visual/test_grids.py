import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from keras_explain.visual.grids import plot_attributions, plot_classes, plot_comparison
from keras_explain.visual.picture import attribution_picture
from keras_explain.visual.scale import scale_name


def drawn(axis):
    return axis.images[0].get_array()


def words(axis):
    return [label.get_text() for label in axis.child_axes[0].get_xticklabels()]


@pytest.mark.parametrize(("scale", "limits"), [("image", [1, 2]), ("all", [2, 2]), (5, [5, 5])])
def test_rows_of_inputs_with_maps(scale, limits):
    shown = np.zeros((2, 4, 6, 3), "uint8")
    maps = np.arange(24.0).reshape(4, 6, 1) / 23 * np.array([1.0, 2.0]).reshape(2, 1, 1, 1)
    figure = plot_attributions(
        shown, {"a": maps, "b": -maps}, ["b"], scale=scale, percentile=100, row_titles=["x", "y"]
    )
    assert len(figure.axes) == 6
    assert [axis.get_title() for axis in figure.axes[:3]] == ["input", "a", "b"]
    for row, limit in enumerate(limits):
        np.testing.assert_array_equal(drawn(figure.axes[3 * row]), shown[row])
        np.testing.assert_array_equal(
            drawn(figure.axes[3 * row + 1]), attribution_picture(shown[row], maps[row], limit=limit)
        )
        wanted = attribution_picture(shown[row], -maps[row], True, limit)
        np.testing.assert_array_equal(drawn(figure.axes[3 * row + 2]), wanted)
    assert figure.get_supxlabel() == scale_name(scale, 100)
    ends = {"image": ["most", "for"], "all": ["most 2", "for ±2"], 5: ["most 5", "for ±5"]}[scale]
    assert [words(axis)[1] for axis in figure.axes[4:]] == ends
    assert not any(axis.child_axes for axis in figure.axes[:4])


def test_no_pixel_is_lost():
    fine = np.zeros((1, 224, 224, 3), "uint8")
    figure = plot_attributions(fine, {"a": np.zeros((1, 224, 224, 3))}, ["a"], ["a"])
    FigureCanvasAgg(figure).draw()
    assert min(axis.get_window_extent().height for axis in figure.axes) >= 224
    assert plot_attributions(fine, {"a": np.zeros((1, 2, 2, 1))}, dpi=70).dpi == 70


def test_letters_are_drawn_with_the_fewest_dots():
    shown = np.zeros((1, 4, 4, 3), "uint8")
    FigureCanvasAgg(plot_attributions(shown, {"a": np.ones((1, 4, 4, 1))}, dpi=10)).draw()


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
