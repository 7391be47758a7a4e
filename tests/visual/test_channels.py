import numpy as np
import pytest

from keras_explain import InputError, OptionError
from keras_explain.visual.channels import plot_channels
from keras_explain.visual.colors import color_table, painted
from keras_explain.visual.picture import attribution_picture


@pytest.fixture
def maps(rng):
    return rng.random((4, 6, 5), "float32") * np.arange(1, 6, dtype="float32")


def pictures(figure):
    return [axis.images[0].get_array() for axis in figure.axes if axis.images]


def titles(figure):
    return [axis.get_title() for axis in figure.axes if axis.images]


def ends(figure):
    bars = [axis.child_axes[0] for axis in figure.axes if axis.child_axes]
    assert len(bars) == 1
    return [label.get_text() for label in bars[0].get_xticklabels()]


def test_each_channel_stands_under_its_number(maps):
    figure = plot_channels(maps, columns=3, percentile=100)
    assert titles(figure) == list("01234") and len(figure.axes) == 6
    black = np.zeros((4, 6, 3), "uint8")
    for channel, picture in enumerate(pictures(figure)):
        wanted = painted(black, maps[..., channel] / maps.max(), color_table(alpha=1))
        np.testing.assert_array_equal(picture, wanted)
    assert ends(figure) == ["0", f"{maps.max():.2g}"]
    assert figure.get_supxlabel() == "colors: all channels together"


def test_chosen_channels_by_their_own_scale(maps):
    figure = plot_channels(maps, channels=[4, 1], scale="image", percentile=100)
    assert titles(figure) == ["4", "1"] and ends(figure) == ["0", "most"]
    assert all((picture == [255, 255, 0]).all(axis=-1).any() for picture in pictures(figure))


def test_signed_channels_have_two_colors(maps):
    figure = plot_channels(maps - 2, scale=3.0)
    assert ends(figure) == ["-3", "3"]
    white = np.full((4, 6, 3), 255, "uint8")
    wanted = painted(white, (maps[..., 0] - 2) / 3, color_table(True, alpha=1))
    np.testing.assert_array_equal(pictures(figure)[0], wanted)
    assert ends(plot_channels(maps - 2, scale="image")) == ["below 0", "above"]


def test_over_the_input(maps):
    shown = np.full((8, 12, 3), 90, "uint8")
    figure = plot_channels(maps, shown, scale=5.0)
    np.testing.assert_array_equal(pictures(figure)[2], attribution_picture(shown, maps[..., 2:3], limit=5.0))
    series = np.zeros((20, 2), "float32")
    assert len(pictures(plot_channels(np.ones((10, 3)), series))) == 3


def test_what_cannot_be_drawn_is_refused(maps):
    with pytest.raises(InputError, match="or shown= as well"):
        plot_channels(maps[np.newaxis])
    for channels in ([], [5], [-1], "a", [0.5], 3):
        with pytest.raises(OptionError, match="channels"):
            plot_channels(maps, channels=channels)
    with pytest.raises(OptionError, match=r"up to 256 channels, received 300: choose some by channels=range\(64\)"):
        plot_channels(np.ones((1, 1, 300)))
