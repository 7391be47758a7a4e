import io

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from keras_explain.visual.figure import gallery
from keras_explain.visual.grids import plot_attributions, plot_classes
from keras_explain.visual.panel import panel
from keras_explain.visual.plot import plot_attribution
from keras_explain.visual.text import legible, legible_lines, written_out

PICTURE = np.full((8, 8, 3), (200, 0, 0), "uint8")
NAMES = {
    "dollars": "$1 to $2",
    "half a formula": r"$\frac{1",
    "a backslash": "C:\\new\\_x^",
    "a surrogate": "caf\udce9",
    "NUL": "a\x00b",
    "lines": "a\nb\r\n\x0bc\u2028d\x85e",
    "tabs": "\ta\t\tb",
    "escape sequences": "\x1b[31mred\x1b[0m\x07",
    "from right to left": "\u202egnp.\u200f\u05e9\u05dc\u05d5\u05dd",
    "HTML": "<script>alert(1)</script>&amp;",
    "one long word": "x" * 500,
    "many words": "ab " * 250,
    "many lines": "a\n" * 500,
    "nothing": "",
    "marks alone": "\u200b\u200f\ufeff",
    "no character": "\ufffe\U0001ffff",
    "percents": "100 % #1 {}",
}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("cat", "cat"),
        ("bee  75%", "bee  75%"),
        (" Katze\u00df \u732b\n", "Katze\u00df \u732b"),
        ("a\nb\tc", "a b c"),
        ("\x1b[2J\x00", r"\x1b[2J\x00"),
        ("\udcff.png", r"\udcff.png"),
        ("\u202egnp\u200f", "gnp"),
        (7, "7"),
    ],
)
def test_one_line_of_characters_that_have_a_shape(text, wanted):
    assert legible(text) == wanted


@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
def test_any_text_becomes_one_that_can_be_encoded_and_stays_so(text):
    for line in (legible(text, 40), written_out(text)):
        assert line.isprintable() and line.encode() is not None
    assert len(legible(text, 40)) <= 40
    assert legible(legible(text)) == legible(text)


def test_the_middle_of_a_long_text_is_left_out():
    assert legible("predicted: " + "x" * 500 + "  87%", 30) == "predicted: xxx...xxxxxxxx  87%"
    assert legible("x" * 30, 30) == "x" * 30


def test_lines_stay_apart():
    assert legible_lines("ant  80%\n\npredicted: b\x00e  9%") == ["ant  80%", r"predicted: b\x00e  9%"]
    assert legible_lines("a\n" * 500) == [*"aaaaa", "..."]


def test_a_path_keeps_its_spaces():
    assert written_out("two  spaces\n.png") == r"two  spaces\n.png"


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_figures_of_any_name_are_drawn_in_every_format_and_of_bounded_size(name):
    figures = [
        plot_classes([PICTURE] * 2, [name, "b"]),
        plot_attributions(PICTURE[None], {name: np.ones((1, 8, 8, 1))}, input_titles=[name], row_titles=[name]),
        plot_attribution(PICTURE, np.ones((8, 8, 1)), title=name).figure,
    ]
    for figure in figures:
        FigureCanvasAgg(figure).draw()
        assert max(figure.get_size_inches()) < 12
    for ending in ("pdf", "svg"):
        figures[0].savefig(io.BytesIO(), format=ending)


def test_dollars_are_no_formula_and_names_of_neighbors_do_not_overlap():
    figure = gallery([[PICTURE] * 3], titles=[["$x$ and $y$", "x" * 500, "n" * 500]])
    assert figure.axes[0].get_title() == "$x$ and $y$" and not figure.axes[0].title.get_parse_math()
    FigureCanvasAgg(figure).draw()
    boxes = [axis.title.get_window_extent() for axis in figure.axes]
    assert boxes[0].x1 < boxes[1].x0 and boxes[1].x1 < boxes[2].x0
    assert max(box.y1 for box in boxes) <= figure.bbox.y1


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_panels_of_any_name_are_drawn_and_of_bounded_size(name):
    sheet = panel([PICTURE] * 2, [name, "b"], [f"true: {name}", "epoch 1"])
    assert sheet.shape[0] < 900 and sheet.shape[1] < 600
