import io
import re
import zlib

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from keras_explain import OptionError, explain, load
from keras_explain.report.figure_file import figure_bytes
from tests.networks import build


@pytest.fixture
def figure():
    figure = Figure(figsize=(4, 2))
    axis = figure.add_subplot()
    axis.set_title("tabby 93%")
    axis.imshow(np.zeros((3, 3)))
    return figure


def test_a_png_has_as_many_dots_an_inch_as_asked(figure):
    assert Image.open(io.BytesIO(figure_bytes(figure))).size == (400, 200)
    assert Image.open(io.BytesIO(figure_bytes(Figure((4, 2), 75)))).size == (300, 150)


def test_the_text_of_a_pdf_is_text_in_an_embedded_font(figure):
    file = figure_bytes(figure, "pdf")
    assert b"/FontFile2" in file and b"/Type3" not in file
    streams = re.findall(rb"stream\n(.*?)\nendstream", file, flags=re.S)
    drawn = b"".join(zlib.decompress(one) for one in streams if one[:1] == b"x")
    letters = b"".join(re.findall(rb"\(\x00(.)\)", drawn))  # one by one, with the space between them
    assert b"tabby 93%" in letters
    assert b"[ 0 0 288 144 ]" in file  # points, 72 an inch


def test_the_text_of_an_svg_is_text(figure):
    assert ">tabby 93%</text>" in figure_bytes(figure, "svg").decode()


@pytest.mark.parametrize("format", ["png", "pdf", "svg"])
def test_a_figure_is_one_file_whenever_it_is_written(figure, format):
    settings = dict(matplotlib.rcParams)
    assert figure_bytes(figure, format) == figure_bytes(figure, format)
    assert dict(matplotlib.rcParams) == settings


def test_more_dots_than_can_be_drawn_are_refused(figure):
    figure.dpi = 20_000
    with pytest.raises(OptionError, match="at most 16384 for a figure of 4 inches, received 20000"):
        figure_bytes(figure)


def test_a_plot_is_saved_in_the_format_that_is_asked(images, tmp_path):
    explanation = explain(build("functional"), images[:1], methods=["cam"])
    for format in ("pdf", "svg", "png"):  # each in place of the one before
        explanation.save(tmp_path / "why", format=format, dpi=50)
        assert [path.name for path in (tmp_path / "why").glob("plot.*")] == [f"plot.{format}"]
    assert len(load(tmp_path / "why")) == 1
    for options in ({"format": "jpg"}, {"dpi": 0}, {"dpi": "300"}):
        with pytest.raises(OptionError, match="expected (format|dpi)="):
            explanation.save(tmp_path / "why", **options)
