import numpy as np
import pytest

from keras_explain.errors import InputError
from keras_explain.maps import fitted, reduce_channels
from keras_explain.visual.colors import color_table, painted
from keras_explain.visual.gradient import gradient_picture
from keras_explain.visual.ink import ink_picture
from keras_explain.visual.overlay import overlay
from keras_explain.visual.picture import attribution_picture, input_picture, showable
from keras_explain.visual.series import series_picture
from keras_explain.visual.volume import montage, slice_indices


def test_images_are_shown_as_they_are_and_maps_over_them(rng):
    shown = showable(rng.random((2, 5, 7, 1)))[0]
    values = rng.normal(size=(5, 7, 1))
    assert input_picture(shown) is shown and shown.shape == (5, 7, 3)
    for options in ({"signed": False}, {"signed": True}, {"signed": True, "cmap": "PiYG", "alpha": 0.4}):
        wanted = overlay(shown, values, limit=1.5, **options)
        np.testing.assert_array_equal(attribution_picture(shown, values, limit=1.5, **options), wanted)


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_fine_maps_are_shown_by_themselves(channels, rng):
    shown, values = rng.integers(256, size=(5, 7, 3), dtype="uint8"), rng.normal(size=(5, 7, channels))
    wanted = ink_picture(values, 1.5)
    np.testing.assert_array_equal(attribution_picture(shown, values, limit=1.5, fine=True), wanted)
    wanted = gradient_picture(values if channels != 2 else reduce_channels(values), 1.5)
    np.testing.assert_array_equal(attribution_picture(shown, values, True, 1.5, fine=True), wanted)
    volume = attribution_picture(np.stack([shown] * 4), np.stack([values] * 4), True, 1.5, fine=True)
    np.testing.assert_array_equal(volume, montage(np.stack([wanted] * 4)))


def test_a_limit_makes_colors_comparable():
    shown = np.zeros((1, 2, 3), "uint8")
    small, large = (np.array([[[0.0], [top]]]) for top in (1.0, 2.0))
    own = [attribution_picture(shown, values).tolist() for values in (small, large)]
    assert own[0] == own[1]
    assert (
        attribution_picture(shown, small, limit=2.0).tolist() != attribution_picture(shown, large, limit=2.0).tolist()
    )


def test_of_several_channels_the_largest_is_shown():
    shown, values = np.zeros((1, 1, 3), "uint8"), np.array([[[1.0, -2.0, 0.5]]])
    one = attribution_picture(shown, np.array([[[-2.0]]]), signed=True, limit=4)
    assert attribution_picture(shown, values, signed=True, limit=4).tolist() == one.tolist()


def ink(series, height=296):
    """Returns where the curves lie: the rows and columns of their pixels in an input picture."""
    return np.nonzero((input_picture(series)[:height] < 50).all(axis=-1))


def test_a_rising_series_rises_from_left_to_right():
    rows, columns = ink(np.arange(10.0)[:, np.newaxis])
    assert np.corrcoef(rows, columns)[0, 1] < -0.99
    assert columns.min() == pytest.approx(448 / 20, abs=3) and columns.max() == pytest.approx(448 - 448 / 20, abs=3)


def test_channels_of_a_series_have_lanes_of_their_own(rng):
    rows, _ = ink(rng.normal(size=(50, 2)) * [1, 1000])
    assert (np.diff(np.unique(rows)) > 1).sum() == 1


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("steps", [1, 4, 2000])
def test_the_map_of_a_series_stands_below_it_aligned_in_time(steps, signed):
    values = np.linspace(-1, 1, steps)[:, np.newaxis]
    picture = attribution_picture(np.zeros((steps, 3), "float32"), values, signed, limit=1.0)
    colors = painted(np.full((steps, 3), 245, "uint8"), values[:, 0], color_table(signed)).astype(int)
    wanted = colors[(np.arange(448) + 0.5).astype(int) * steps // 448]
    assert picture.shape == (336, 448, 3)
    np.testing.assert_allclose(picture[-1], wanted, atol=0 if steps <= 4 else 6)


def test_series_of_many_channels_are_rows_of_gray():
    series = np.zeros((4, 20))
    series[1, 19] = 1
    rows, columns = ink(series)
    assert (columns.min(), columns.max(), rows.max()) == (112, 223, 295) and rows.min() == pytest.approx(281, abs=1)


def test_volumes_are_evenly_spaced_slices_from_left_to_right():
    slices = np.broadcast_to(np.arange(16, dtype="uint8").reshape(16, 1, 1, 1), (16, 2, 3, 3))
    grid = montage(slices)
    assert grid.shape == (3 * 2 + 2, 3 * 3 + 2, 3)
    assert grid[::3, ::4, 0].tolist() == [[0, 2, 4], [6, 8, 9], [11, 13, 15]]
    assert (grid[2] == 255).all() and (grid[:, 3] == 255).all()


@pytest.mark.parametrize(("depth", "shape"), [(1, (2, 3)), (2, (2, 7)), (5, (5, 11)), (6, (5, 11)), (9, (8, 11))])
def test_of_few_slices_all_are_shown(depth, shape):
    slices = np.arange(depth, dtype=np.uint8).reshape(-1, 1, 1, 1) * np.ones((1, 2, 3, 3), np.uint8)
    grid = montage(slices)
    assert grid.shape == (*shape, 3) and grid[::3, ::4, 0].ravel()[:depth].tolist() == [*range(depth)]
    assert slice_indices(5, 4) == [0, 1, 3, 4]


def test_a_volume_and_its_map_show_the_same_slices(rng):
    shown = showable(rng.random((1, 10, 4, 4, 3)))[0]
    values = rng.random((10, 4, 4, 1))
    wanted = montage(np.stack([overlay(one, of[..., 0], limit=1.0) for one, of in zip(shown, values)]))
    np.testing.assert_array_equal(attribution_picture(shown, values, limit=1.0), wanted)
    assert input_picture(shown).shape == wanted.shape


def test_showable_keeps_the_values_of_time_series(rng):
    series = rng.normal(size=(2, 30, 5))
    np.testing.assert_array_equal(showable(series), series.astype("float32"))


@pytest.mark.parametrize("shape", [(4, 5, 6, 7), (3, 5), (2, 4, 4, 4, 2), (1, 2, 3, 4, 5, 3)])
def test_what_cannot_be_shown_is_refused(shape):
    with pytest.raises(InputError, match="display="):
        showable(np.zeros(shape))


def test_a_map_at_the_size_of_its_layer_is_resized():
    shown, values = np.zeros((12, 16, 3), "uint8"), np.arange(6.0).reshape(2, 3, 1)
    wanted = attribution_picture(shown, fitted(values[np.newaxis], (12, 16))[0])
    np.testing.assert_array_equal(attribution_picture(shown, values), wanted)
    with pytest.raises(InputError, match=r"\(12, 16, 'C'\), received \(6, 1\)"):
        attribution_picture(shown, values.reshape(6, 1))


def test_a_blank_map_of_a_series_is_paper():
    assert (series_picture(np.zeros((3, 1)), np.zeros(3), color_table())[-1] == 245).all()
