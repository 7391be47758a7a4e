import matplotlib
import numpy as np

from keras_explain.visual.heatmap import EVIDENCE, SIGNED, heatmap, signed_heatmap
from keras_explain.visual.overlay import overlay


def colors(name, *places):
    return [list(matplotlib.colormaps[name](place, bytes=True)[:3]) for place in places]


def test_evidence_starts_at_zero_and_ends_at_the_largest():
    assert heatmap(np.array([-3.0, 0.0, 2.0, 4.0])).tolist() == colors(EVIDENCE, 0.0, 0.0, 0.5, 1.0)


def test_fixed_range():
    assert heatmap(np.array([1.0, 2.0]), low=1, high=3).tolist() == colors(EVIDENCE, 0.0, 0.5)


def test_a_blank_map_has_the_lowest_color():
    assert heatmap(np.zeros(2)).tolist() == colors(EVIDENCE, 0.0, 0.0)


def test_signed_values_have_zero_in_the_middle():
    assert signed_heatmap(np.array([-1.0, 0.0, 2.0])).tolist() == colors(SIGNED, 0.25, 0.5, 1.0)
    assert signed_heatmap(np.zeros(1)).tolist() == colors(SIGNED, 0.5)


def test_evidence_colors_grow_lighter_evenly():
    lightness = heatmap(np.linspace(0, 1, 256)) @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(lightness) > -1).all() and lightness[-1] > 240 and lightness[0] < 3


def test_overlay_blends_gray_and_color():
    red = np.array([[[255, 0, 0]]], "uint8")
    assert overlay(red, np.ones((1, 1)), opacity=0.0).tolist() == [[[76, 76, 76]]]
    assert overlay(red, np.ones((1, 1)), opacity=1.0).tolist() == [colors(EVIDENCE, 1.0)]
