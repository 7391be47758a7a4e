import numpy as np
import pytest

from keras_explain.visual.figure import gallery
from keras_explain.visual.legend import legend
from keras_explain.visual.panel import panel


def place(image, color):
    """Returns the bounding box (height, width) of all pixels of one color."""
    rows, columns = np.nonzero((image == color).all(axis=-1))
    return rows.max() - rows.min() + 1, columns.max() - columns.min() + 1


@pytest.mark.parametrize("size", [(28, 28), (12, 16), (20, 10), (512, 512), (64, 128), (400, 800), (28, 112)])
def test_pictures_keep_their_aspect_and_are_large_enough_to_see(size):
    pictures = [np.broadcast_to(np.array(color, "uint8"), (*size, 3)) for color in ([200, 0, 0], [0, 200, 0])]
    image = panel(pictures, ["input", "grad_cam"], ["true: cat"])
    assert image.dtype == np.uint8
    for color in ([200, 0, 0], [0, 200, 0]):
        height, width = place(image, color)
        assert max(height, width) == (224 if max(size) <= 2 * min(size) else 112 * max(size) // min(size))
        assert abs(height / width - size[0] / size[1]) < 0.02 * height / width


def test_pictures_stand_side_by_side_in_order_below_the_text():
    colors = [(200, 0, 0), (0, 200, 0)]
    pictures = [np.full((4, 4, 3), color, "uint8") for color in colors]
    image = panel(pictures, ["a", "b"], ["one", "two"])
    first, second = (np.argwhere((image == color).all(axis=-1)) for color in colors)
    assert first[:, 1].max() < second[:, 1].min() and first[:, 0].min() == second[:, 0].min()
    text = np.argwhere((image < 100).all(axis=-1))
    assert len(text) > 50 and text[:, 0].max() < first[:, 0].min()


@pytest.mark.parametrize("long", ["predicted: a " + "word " * 30, "predicted: " + "x" * 150])
def test_long_text_is_broken_rather_than_cut(long):
    pictures = [np.zeros((4, 4, 3), "uint8")]
    found, short = (panel(pictures, ["a"], [text]) for text in (long, "predicted: a"))
    assert found.shape[1] <= 2 * 224 + 16 and found.shape[0] >= short.shape[0] + 3 * 25
    assert (found[:, -8:] == 255).all()


def test_small_pictures_keep_pixels_of_one_size():
    picture = np.zeros((60, 60, 3), "uint8")
    picture[:, ::2] = 255
    row, side = panel([picture], ["a"])[-100, 8 : 8 + 224, 0].astype(float), 224 / 60
    for column in range(0, 60, 2):
        ink = row[int(column * side) : int(np.ceil((column + 1) * side))].sum()
        assert ink == pytest.approx(255 * side, rel=0.1)


@pytest.mark.parametrize(("count", "shape"), [(1, (1, 1)), (3, (1, 3)), (4, (2, 2)), (6, (2, 3)), (7, (3, 3))])
def test_more_than_three_pictures_stand_in_rows(count, shape):
    image = panel([np.full((4, 4, 3), (200, 0, 0), "uint8")] * count, ["a"] * count)
    red = (image == (200, 0, 0)).all(axis=-1)
    assert tuple((np.diff(red.any(axis=axis).astype(int)) == 1).sum() for axis in (1, 0)) == shape


@pytest.mark.parametrize("title", ["one word after another in a title", "grad_cam_of_a_layer_that_has_a_long_name"])
def test_long_titles_are_broken_and_do_not_overlap(title):
    pictures = [np.full((4, 4, 3), (200, 0, 0), "uint8")] * 2
    image = panel(pictures, [title, "b"])
    first = np.argwhere((image == (200, 0, 0)).all(axis=-1))[:, 0].min()
    text = (image[:first] < 100).all(axis=-1)
    assert not text[:, 8 + 224 :].all() and not text[:, 232:240].any()
    assert (np.diff(np.concatenate([[0], text.any(axis=1), [0]]).astype(int)) == 1).sum() >= 2


@pytest.mark.filterwarnings("ignore::keras_explain.ExplainWarning")
def test_letters_of_other_scripts_are_drawn():
    boxes = panel([np.zeros((4, 4, 3), "uint8")] * 2, ["\u4e00\u4e00", "\u4e01\u4e01"])
    other = panel([np.zeros((4, 4, 3), "uint8")] * 2, ["\u0436\u03b3", "\u0451\u03c9"])
    assert not np.array_equal(boxes, other)


def test_gallery_draws_pictures_titles_and_boxes():
    pictures = [[np.zeros((10, 20, 3), "uint8")] * 2] * 3
    figure = gallery(pictures, ["input", "CAM"], ["a", "b", "c"], [(1, 2, 5, 8), None, None])
    assert len(figure.axes) == 6
    assert [axis.get_title() for axis in figure.axes[:2]] == ["input", "CAM"]
    assert [len(axis.patches) for axis in figure.axes] == [1, 1, 0, 0, 0, 0]
    box = figure.axes[0].patches[0]
    assert (box.get_x(), box.get_y(), box.get_width(), box.get_height()) == (1.5, 0.5, 6, 4)


def test_a_bar_below_a_picture_has_its_colors_and_words():
    pictures, bar = [np.zeros((224, 224, 3), "uint8")] * 2, legend(True, limit=1.2207e-4)
    plain, found = panel(pictures, ["a", "b"]), panel(pictures, ["a", "b"], legends=[None, bar])
    assert found.shape[1] == plain.shape[1] and found.shape[0] > plain.shape[0]
    row = len(plain) - 8 + 6  # the panel's margin, and the gap above the bar
    below = found[row, 8 + 232 : 8 + 232 + 224]
    np.testing.assert_allclose(below.astype(int)[[0, 112, -1]], bar.colors[[0, 128, -1]], atol=3)
    assert (found[row, : 8 + 224] == 255).all()
    dark = (found[row + 10 :, 8 + 232 :] < 100).all(axis=-1).any(axis=0)
    assert dark[:80].any() and dark[-100:].any() and not dark[90:110].any()
