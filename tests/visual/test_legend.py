import numpy as np
import pytest

from keras_explain.visual.legend import legend
from keras_explain.visual.picture import attribution_picture


@pytest.mark.parametrize(
    ("signed", "fine", "words"),
    [
        (False, False, ("none", "most")),
        (True, False, ("against", "for")),
        (False, True, ("none", "most")),
        (True, True, ("lowers", "raises")),
    ],
)
def test_the_bar_has_the_colors_of_the_picture_and_plain_words(signed, fine, words):
    found = legend(signed, fine)
    assert found[1:] == words
    values = np.linspace(-1 if signed else 0, 1, 256).reshape(1, 256, 1)
    white = np.full((1, 256, 3), 255, "uint8")
    np.testing.assert_array_equal(attribution_picture(white, values, signed, 1.0, fine)[0], found.colors)


@pytest.mark.parametrize(
    ("limit", "text"),
    [(8, "most 8"), (0.25, "most 0.25"), (1.2207e-4, "most 1.2e-4"), (0, "most 0"), (3e11, "most 3e+11")],
)
def test_the_end_is_a_number_where_it_is_known(limit, text):
    assert legend(limit=limit).high == text
    assert legend(True, limit=limit).high == text.replace("most ", "for ±")
