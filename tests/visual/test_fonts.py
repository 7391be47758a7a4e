"""Fonts by the characters that they have: true of whatever fonts the system has, which may be matplotlib's alone."""

import warnings

import numpy as np
import pytest
from matplotlib import font_manager, get_data_path
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image, features

from keras_explain import ExplainWarning
from keras_explain.visual import fonts
from keras_explain.visual.figure import gallery
from keras_explain.visual.lettering import length, write
from keras_explain.visual.panel import panel

SANS, LATIN = (f"{get_data_path()}/fonts/ttf/{name}.ttf" for name in ("DejaVuSans", "cmr10"))
NAMES = {
    "Chinese": "\u864e\u6591\u732b (tabby)  87%",
    "Japanese": "\u4e09\u6bdb\u732b\u3068\u30cd\u30b3",
    "Korean": "\uc5bc\ub8e9\ubb34\ub2ac \uace0\uc591\uc774",
    "Arabic": "\u0642\u0637 \u0645\u062e\u0637\u0637  75%",
    "Hindi": "\u092c\u093f\u0932\u094d\u0932\u0940",
    "Thai": "\u0e41\u0e21\u0e27",
    "emoji": "\U0001f431 \U0001f996",
    "nobody's": "\U0001e951 \U00016a0b",
}
PICTURE = np.full((8, 8, 3), (200, 0, 0), "uint8")


@pytest.fixture(autouse=True)
def untold(monkeypatch):
    monkeypatch.setattr(fonts, "_told", set())


def had(character):
    """Tells whether any font of the system has a character."""
    entries = font_manager.fontManager.ttflist
    return any(character in fonts.characters(font.fname) for font in entries if "Last Resort" not in font.name)


def test_the_first_font_is_enough_for_what_it_has():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fonts.covering("Stra\u00dfe \u0416 \u2192\nb", SANS) == ("Stra\u00dfe \u0416 \u2192\nb", [])


def test_what_it_lacks_is_in_another():
    assert "\u0416" not in fonts.characters(LATIN)
    text, (other,) = fonts.covering("a \u0416\u0414", LATIN)
    assert text == "a \u0416\u0414" and {"\u0416", "\u0414"} <= fonts.characters(other.fname)
    assert other.style == "normal" and other.weight == 400


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_character_has_a_font_or_becomes_a_box_and_is_told_of_once(name):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(2):
            text, others = fonts.covering(name, SANS)
    known = fonts.characters(SANS).union(*(fonts.characters(font.fname) for font in others))
    assert set(text) <= known
    missing = {before for before, after in zip(name, text) if before != after}
    assert not any(map(had, missing))
    assert len(caught) == bool(missing) and all(issubclass(one.category, ExplainWarning) for one in caught)
    assert all("install fonts-noto" in str(one.message) or "symbola" in str(one.message) for one in caught)


def test_a_character_of_no_font_is_a_box():
    with pytest.warns(ExplainWarning, match="drawn as boxes: install fonts-noto-core "):
        assert fonts.covering("a\U0001fffd\u0378", SANS) == ("a\u25a1\u25a1", [])


def test_all_that_a_figure_lacks_is_told_in_one_sentence():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        gallery([[PICTURE] * 2] * 4, titles=[[name, "b"] for name in list(NAMES.values())[::2]])
    assert len(caught) <= 1


@pytest.mark.filterwarnings("error", "ignore::keras_explain.ExplainWarning")
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names_of_any_script_are_drawn_without_a_word_of_matplotlibs(name):
    figure = gallery([[PICTURE] * 2], titles=[[name, "b"]], row_titles=[name], note=name)
    FigureCanvasAgg(figure).draw()
    assert (panel([PICTURE], [name])[:30] < 100).any()


@pytest.mark.filterwarnings("ignore::keras_explain.ExplainWarning")
def test_wide_names_of_neighbors_do_not_overlap():
    figure = gallery([[PICTURE] * 2], titles=[["\u732b" * 30, "b" * 30]])
    FigureCanvasAgg(figure).draw()
    left, right = (axis.title.get_window_extent() for axis in figure.axes)
    assert left.x1 < right.x0


def drawn(line):
    sheet = Image.new("L", (400, 60), 0)
    write(sheet, 0, 5, line, 30, 255)
    return np.asarray(sheet)


@pytest.mark.parametrize(
    "line", ["plain 7%", "ab \u05d7\u05ea\u05d5\u05dc, 7%", "\u05d7\u05ea\u05d5\u05dc 7%", "\u2192\u0416"]
)
def test_a_line_is_as_long_as_it_is_drawn(line):
    used = np.flatnonzero(drawn(line).any(axis=0))
    assert abs(used[-1] - length(line, 30)) < 8


@pytest.mark.skipif(not features.check("raqm"), reason="Pillow without libraqm")
def test_a_line_runs_in_the_direction_of_its_first_letter():
    het, comma = "\u05d7", int(length(",", 30))
    alone, beside = drawn(f"a {het}"), drawn(f"a {het},")
    end = int(length(f"a {het}", 30))
    np.testing.assert_array_equal(alone[:, :end], beside[:, :end])
    alone, beside = drawn(het), drawn(f"{het},")
    assert not np.array_equal(alone[:, :comma], beside[:, :comma])
    assert np.flatnonzero(beside.any(axis=0))[-1] > np.flatnonzero(alone.any(axis=0))[-1]
