"""Class names of any text in what is drawn, shown in a notebook, saved and read back."""

import dataclasses
import json

import numpy as np
import pytest

import keras_explain as kx
from tests.networks import SHAPE, linear

NAMES = ["$\\frac{", "<b>HTML</b> & co.", "caf\udce9", "a\x00b\n\t\u202ec", "x" * 500]


@pytest.fixture(scope="module")
def explanation():
    rng = np.random.default_rng(7)
    model = linear(rng.normal(size=(*SHAPE, len(NAMES))))
    images = rng.random((len(NAMES), *SHAPE), "float32")
    return kx.explain(model, images, range(len(NAMES)), methods=("saliency",), class_names=NAMES)


def test_titles_tell_the_class_and_its_number_whatever_it_is_called(explanation):
    titles = [explanation.class_titles(i)[0] for i in range(len(NAMES))]
    assert all(title.replace("\n", "").isprintable() and len(title) < 160 for title in titles)
    for title, beginning in zip(
        titles, ["$\\frac{  ", "<b>HTML</b> & co.  ", "caf\\udce9  ", "a\\x00b c  ", "xxxxxxx"]
    ):
        assert title.startswith(beginning)


def test_it_is_saved_and_read_back_with_the_names_as_they_were(explanation, tmp_path):
    explanation.save(tmp_path / "why")
    assert kx.load(tmp_path / "why").class_names == NAMES
    json.loads((tmp_path / "why" / "manifest.json").read_text(encoding="utf-8"))


def test_a_notebook_gets_no_tags_from_names(explanation):
    left_out = {"cam": "layer '<script>alert(1)</script>\udce9' ..."}
    page = dataclasses.replace(explanation, left_out=left_out)._repr_html_()
    assert "<script" not in page and "&lt;script&gt;" in page and page.encode()
    unseen = dataclasses.replace(explanation, shown=None, left_out=left_out)._repr_html_()
    assert "&lt;Explanation of 5 images by saliency&gt;" in unseen and "<script" not in unseen
