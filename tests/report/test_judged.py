"""What is measured of maps, as a part of their explanation: shown, saved, cut."""

import json

import numpy as np
import pytest

import keras_explain as kx
from keras_explain.engine.request import Request
from keras_explain.errors import OptionError
from keras_explain.report.judged import Judged
from keras_explain.report.reporter import Reporter
from keras_explain.storage.folders import MANIFEST
from tests.networks import build


@pytest.fixture(scope="module")
def judged():
    images = np.random.default_rng(3).normal(size=(3, 12, 16, 3)).astype("float32")
    return kx.explain(build("softmax_layer"), images, "top2", ["grad_cam", "guided_backprop"], trust=True)


def test_is_what_trust_says(judged):
    assert repr(judged.trust.rows) == repr(kx.trust(judged).rows) and len(judged.trust.rows) == 2 * 3 * 3
    with pytest.raises(OptionError, match="trust="):
        kx.explain(build("softmax_layer"), judged.images, trust="yes")


def test_is_traced_once_for_all_batches():
    traced = []

    def score(outputs, target):
        traced.append(len(traced))
        return outputs[:, 0]

    images = np.random.default_rng(3).normal(size=(4, 12, 16, 3)).astype("float32")
    reporter, adds = Reporter(Request(build("softmax_layer"), score), ["grad_cam"]), Judged()
    adds(reporter.explain(images[:2]))
    before = len(traced)
    second = reporter.explain(images[2:])
    assert repr(adds(second).trust.rows) == repr(kx.trust(second).rows) and traced[before:] == [before]  # by kx.trust


def test_is_cut_with_the_images(judged):
    assert judged[2].trust.of("grad_cam", "class", 0)[0].value == judged.trust.of("grad_cam", "class", 2)[0].value
    assert {row.image for row in judged[1:].trust.rows} == {0, 1}


def test_comes_back_from_a_folder_that_any_json_reads(judged, tmp_path):
    judged.save(tmp_path / "why")
    found = kx.load(tmp_path / "why").trust
    assert repr(found.rows) == repr(judged.trust.rows) and str(found) == str(judged.trust)
    (tmp_path / "plain").mkdir()
    kx.explain(build("softmax_layer"), judged.images, methods=["cam"]).save(tmp_path / "plain")
    assert kx.load(tmp_path / "plain").trust is None
    json.loads((tmp_path / "why" / MANIFEST).read_text(), parse_constant=pytest.fail)


@pytest.mark.parametrize("target", ["one", "several"])
def test_stands_below_the_maps(judged, target):
    one = judged
    if target == "one":
        one = kx.explain(build("softmax_layer"), judged.images, methods=["grad_cam", "guided_backprop"], trust=True)
    figure = one.plot(rows=[2, 0])
    below = [axes.get_xlabel() for axes in figure.axes if axes.get_xlabel()]
    wanted = [(name, image) for image in (2, 0) for name in one.maps]
    assert below == ["\n".join(row.mark for row in one.trust.of(name, image=image)) for name, image in wanted]
    assert all(line[0] in "\u2713\u2717" for text in below for line in text.splitlines())
    assert figure.get_supxlabel().endswith("\u2713 speaks for the map, \u2717 doesn't")
    assert not any(axes.get_xlabel() for axes in one.plot(methods=["grad_cam"]).axes[:1])
