"""A map of an input laid over the photograph again: by hand, for each aspect."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from keras_explain.visual.framing import frame, laid_over


def ramp(height, width):
    """Returns a map whose value is the row, and beside it the column, at the middle of a pixel, from 0 to 1."""
    rows, columns = (np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width
    return np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).astype(np.float32)


@pytest.mark.parametrize(("original", "size"), [((60, 160), (8, 8)), ((160, 51), (7, 9)), ((33, 47), (224, 31))])
def test_a_stretched_map_says_of_each_place_where_it_is(original, size):
    framing = frame(original, size)
    drawn = framing.drawn(2048)
    laid, wanted = laid_over(ramp(*size), framing, drawn), ramp(*drawn)
    for axis in range(2):  # beyond the middle of the outermost pixel a map goes on as it ends
        inner = (wanted[..., axis] > 0.5 / size[axis]) & (wanted[..., axis] < 1 - 0.5 / size[axis])
        np.testing.assert_allclose(laid[..., axis][inner], wanted[..., axis][inner], atol=1e-5)
    assert laid.shape == (*drawn, 2) and np.isfinite(laid).all()


def test_a_cropped_map_lies_where_it_was_seen():
    framing = frame((6, 16), (3, 3), crop=True)
    assert framing.box == (0, 5, 6, 11)
    values = np.arange(9, dtype=np.float32).reshape(3, 3, 1)
    laid = laid_over(values, framing, (6, 16))[..., 0]
    assert np.isnan(laid[:, :5]).all() and np.isnan(laid[:, 11:]).all()
    np.testing.assert_allclose(laid[0, 5:11], [0, 0.25, 0.75, 1.25, 1.75, 2])
    np.testing.assert_allclose(laid[:, 5], [0, 0.75, 2.25, 3.75, 5.25, 6])


def test_a_portrait_loses_what_is_above_and_below():
    framing = frame((100, 20), (10, 40), crop=True)
    assert framing.box == (47.5, 0, 52.5, 20)
    laid = laid_over(np.ones((10, 40, 1), np.float32), framing, (100, 20))[..., 0]
    assert np.isfinite(laid).sum() == 4 * 20 and np.isfinite(laid[48:52]).all()  # 47.5 and 52.5 round to even


@pytest.mark.parametrize("crop", [False, True])
def test_a_photograph_of_one_pixel(crop):
    framing = frame((1, 1), (5, 5), crop)
    assert framing.drawn(2048) == (5, 5)
    values = np.arange(25, dtype=np.float32).reshape(5, 5, 1)
    np.testing.assert_array_equal(laid_over(values, framing, (5, 5)), values)
    assert laid_over(values, framing, (1, 1)).tolist() == [[[12.0]]]


def test_a_line_of_pixels_is_drawn_as_one_of_one_pixel_at_least():
    framing = frame((1, 9999), (224, 224), crop=True)
    drawn = framing.drawn(2048)
    rows, columns = framing.seen(drawn)
    assert drawn == (1, 2048) and (rows.start, rows.stop) == (0, 1) and columns.stop == columns.start + 1


@pytest.mark.parametrize("original", [(40, 30), (30, 40), (31, 31), (1, 50), (211, 97)])
@pytest.mark.parametrize("size", [(24, 32), (5, 5), (97, 211), (1, 7)])
def test_what_is_cropped_is_what_pillow_crops(original, size, rng):
    image = Image.fromarray(rng.integers(256, size=(*original, 3), dtype="uint8"))
    top, left, bottom, right = frame(original, size, crop=True).box
    wanted = ImageOps.fit(image, size[::-1], Image.Resampling.BILINEAR)
    found = image.resize(size[::-1], Image.Resampling.BILINEAR, (left, top, right, bottom))
    assert np.abs(np.asarray(found).astype(int) - np.asarray(wanted)).max() <= 1


@pytest.mark.parametrize(
    ("original", "size", "crop", "drawn"),
    [
        ((600, 1600), (224, 224), False, (600, 1600)),
        ((4000, 6000), (224, 224), False, (1365, 2048)),
        ((32, 32), (224, 224), False, (224, 224)),
        ((100, 400), (224, 224), False, (300, 1200)),
        ((224, 500), (224, 224), True, (224, 500)),
        ((200, 1500), (224, 224), True, (200, 1500)),
        ((200, 900), (224, 224), True, (400, 1800)),
        ((64, 224), (64, 224), False, (64, 224)),
    ],
)
def test_a_photograph_is_drawn_at_its_own_size_where_that_will_do(original, size, crop, drawn):
    assert frame(original, size, crop).drawn(2048) == drawn
