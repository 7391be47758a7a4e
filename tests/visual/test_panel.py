import numpy as np
import pytest

from keras_explain.visual.figure import gallery
from keras_explain.visual.panel import panel


def place(image, color):
    """Returns the bounding box (height, width) of all pixels of one color."""
    rows, columns = np.nonzero((image == color).all(axis=-1))
    return rows.max() - rows.min() + 1, columns.max() - columns.min() + 1


@pytest.mark.parametrize("size", [(28, 28), (12, 16), (20, 10), (512, 512), (300, 700)])
def test_pictures_keep_their_aspect_and_are_large_enough_to_see(size):
    pictures = [np.broadcast_to(np.array(color, "uint8"), (*size, 3)) for color in ([200, 0, 0], [0, 200, 0])]
    image = panel(pictures, ["input", "grad_cam"], ["true: cat"])
    assert image.dtype == np.uint8
    for color in ([200, 0, 0], [0, 200, 0]):
        height, width = place(image, color)
        assert max(height, width) == 224
        assert abs(height / width - size[0] / size[1]) < 0.02 * height / width


def test_pictures_stand_side_by_side_in_order_below_the_text():
    colors = [(200, 0, 0), (0, 200, 0)]
    pictures = [np.full((4, 4, 3), color, "uint8") for color in colors]
    image = panel(pictures, ["a", "b"], ["one", "two"])
    first, second = (np.argwhere((image == color).all(axis=-1)) for color in colors)
    assert first[:, 1].max() < second[:, 1].min() and first[:, 0].min() == second[:, 0].min()
    text = np.argwhere((image < 100).all(axis=-1))
    assert len(text) > 50 and text[:, 0].max() < first[:, 0].min()


def test_long_text_is_not_cut():
    pictures = [np.zeros((4, 4, 3), "uint8")]
    short, long = (panel(pictures, ["a"], ["predicted: " + "x" * n]) for n in (1, 60))
    assert long.shape[1] > short.shape[1] and (long[:, -8:] == 255).all()


def test_gallery_draws_pictures_titles_and_boxes():
    pictures = [[np.zeros((10, 20, 3), "uint8")] * 2] * 3
    figure = gallery(pictures, ["input", "CAM"], ["a", "b", "c"], [(1, 2, 5, 8), None, None])
    assert len(figure.axes) == 6
    assert [axis.get_title() for axis in figure.axes[:2]] == ["input", "CAM"]
    assert [len(axis.patches) for axis in figure.axes] == [1, 1, 0, 0, 0, 0]
    box = figure.axes[0].patches[0]
    assert (box.get_x(), box.get_y(), box.get_width(), box.get_height()) == (1.5, 0.5, 6, 4)
