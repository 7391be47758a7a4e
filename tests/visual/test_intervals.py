import itertools

import numpy as np
import pytest

from keras_explain.visual.intervals import Dot, Panel, plot_intervals

DOTS = [Dot(0.5, 0.4, 0.7, 0.2, best=True), Dot(0.3, 0.1, 0.4, 0.25, fails=True), Dot(np.nan, np.nan, np.nan)]
NAMES = ["CAM", "a $name_{that}$ is none of mathematics", "another"]


def figure(*counts, note=None):
    groups = {
        f"question {i}?": [Panel(f"measure {i}{j}", "what it is", "more", DOTS) for j in range(n)]
        for i, n in enumerate(counts)
    }
    return plot_intervals(NAMES, groups, note=note)


def test_each_panel_has_its_means_intervals_and_chance_levels():
    axes = figure(1).axes
    assert len(axes) == 1 and axes[0].get_xlabel().startswith("more is better")
    points = [line for line in axes[0].lines if len(line.get_xdata()) == 1]
    assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in points] == [(0.5, 0), (0.3, 1)]
    segments = [segment.tolist() for found in axes[0].collections for segment in found.get_segments()]
    for wanted in ([[0.4, 0], [0.7, 0]], [[0.1, 1], [0.4, 1]], [[0.2, -0.5], [0.2, 0.5]], [[0.25, 0.5], [0.25, 1.5]]):
        assert wanted in segments
    assert axes[0].get_ylim() == (2.5, -0.5)  # the first is above
    assert "not measured" in [text.get_text() for text in axes[0].texts]
    assert [tick.get_text()[:12] for tick in axes[0].get_yticklabels()] == ["CAM", "a $name_{tha", "another"]


def test_the_best_and_what_fails_have_signs_of_their_own_that_are_explained():
    drawn = figure(1)
    best, fails = (line for line in drawn.axes[0].lines if len(line.get_xdata()) == 1)
    assert (best.get_marker(), fails.get_marker()) == ("D", "o") and fails.get_markerfacecolor() == "white"
    assert [text.get_text() for text in drawn.legends[0].get_texts()][0] == "better than each other"
    plain = plot_intervals(["a"], {"q?": [Panel("m", "s", "less", [Dot(1, 0, 2)])]})
    assert not plain.legends[0].get_texts() and "less is better" in plain.axes[0].get_xlabel()


@pytest.mark.parametrize(("counts", "rows"), [((3, 2, 3, 2), [5, 5]), ((4, 3), [4, 3]), ((7,), [5, 2]), ((2,), [2])])
def test_panels_of_a_question_stay_together(counts, rows):
    drawn = figure(*counts, note="ten images")
    places = [axis.get_position() for axis in drawn.axes]
    heights = sorted({round(place.y0, 3) for place in places}, reverse=True)
    assert [sum(round(place.y0, 3) == height for place in places) for height in heights] == rows
    texts = [text.get_text() for text in drawn.texts]
    assert texts == [*(f"question {i}?" for i in range(len(counts))), "ten images"]
    drawn.draw_without_rendering()
    boxes = [axis.get_tightbbox() for axis in drawn.axes]
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= drawn.bbox.x1 and box.y1 <= drawn.bbox.y1 for box in boxes)
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
