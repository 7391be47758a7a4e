import numpy as np
import pytest

from keras_explain.errors import OptionError
from keras_explain.visual.picture import showable
from keras_explain.visual.randomization import plot_randomization


def drawn(maps, **look):
    """The pixels of the pictures of maps, the input's apart."""
    shown = showable(np.zeros((len(maps), 8, 6, 3), "float32"))
    figure = plot_randomization(shown, {"own": maps}, ["conv"], {"curve": [0.5]}, {}, {}, **look)
    return [np.asarray(axis.images[0].get_array()) for axis in figure.axes if axis.images][1::2]


def test_maps_whose_zero_says_nothing_are_drawn_from_their_smallest_value(rng):
    maps = rng.random((2, 8, 6, 1))
    above = np.reshape([0.25, 5.0], (2, 1, 1, 1))
    for own, moved in zip(drawn(maps, relative=True), drawn(maps + above, relative=True)):
        np.testing.assert_allclose(own.astype(int), moved, atol=1)
    assert any((own != moved).mean() > 0.1 for own, moved in zip(drawn(maps), drawn(maps + above)))
    with pytest.raises(OptionError, match="signed or relative"):
        drawn(maps, signed=True, relative=True)
