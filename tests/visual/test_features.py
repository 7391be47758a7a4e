import numpy as np
import pytest

from keras_explain import InputError, OptionError
from keras_explain.visual.features import plot_features


def pictures(figure):
    return [axis.images[0].get_array() for axis in figure.axes]


def titles(figure):
    return [axis.get_title() for axis in figure.axes]


@pytest.fixture
def examples(rng):
    return rng.integers(256, size=(2, 3, 8, 10, 3)).astype("uint8")


def test_a_row_a_unit(examples):
    figure = plot_features(examples[:, 0], examples, row_titles=["a", "b"], titles=[list("123"), list("456")])
    assert titles(figure) == ["synthesized", "1", "2", "3", "", "4", "5", "6"]
    for picture, wanted in zip(pictures(figure), [examples[0, 0], *examples[0], examples[1, 0], *examples[1]]):
        np.testing.assert_array_equal(picture, wanted)
    assert [figure.axes[i].get_ylabel() for i in (0, 4)] == ["a", "b"]


def test_squares_around_places_are_moved_into_the_image(examples):
    places = np.array([[[4, 5], [0, 0], [7, 9]], [[1, 8], [4, 4], [6, 1]]])
    cut = pictures(plot_features(None, examples, places=places, crop=4))
    corners = [(2, 3), (0, 0), (4, 6), (0, 6), (2, 2), (4, 0)]
    for picture, whole, (top, left) in zip(cut, examples.reshape(6, 8, 10, 3), corners):
        np.testing.assert_array_equal(picture, whole[top : top + 4, left : left + 4])
    whole = pictures(plot_features(None, examples, places=places, crop=99))
    np.testing.assert_array_equal(whole[4], examples[1, 1])


def test_series_are_drawn_whole(rng):
    assert len(pictures(plot_features(None, rng.normal(size=(1, 2, 20, 3))))) == 2


def test_what_does_not_fit_is_refused(examples):
    for options in ({"row_titles": ["a"]}, {"titles": [["a"]] * 2}, {"crop": 4}, {"places": [[1]], "crop": 4}):
        with pytest.raises(InputError):
            plot_features(None, examples, **options)
    with pytest.raises(InputError):
        plot_features(examples[:1, 0], examples)
    with pytest.raises(OptionError, match="crop="):
        plot_features(None, examples, places=np.zeros((2, 3, 2)), crop=0)
