"""Means with their intervals, a panel a measure and a line a method."""

import dataclasses
import textwrap

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from keras_explain.visual.fonts import cover
from keras_explain.visual.text import breadth, legible

_COLUMNS = 5  # Panels beside each other at most.
_PANEL, _ROW = 1.9, 0.27  # Inches of a panel's width, of a method's line.
_ABOVE, _BELOW = 1.0, 0.55  # Inches for the texts of a row of panels.
_SAID = 28  # Letters of a line below a panel's title.
_NAME, _LETTER = 32, 0.078  # Letters of a method's title, inches of one.
_USUAL, _BEST, _FAILS, _CHANCE = "#30638e", "#1b8a3f", "#d1495b", "0.6"
_PLAIN = {"parse_math": False}
_LEGEND = {"frameon": False, "fontsize": 8, "handletextpad": 0.3, "columnspacing": 1.2}
_TITLE = {"fontsize": 9.5, "color": "0.15", "va": "bottom", "parse_math": False}
_AXIS = {"fontsize": 8, "color": "0.35", "labelpad": 2}
_ABSENT = {"fontsize": 7.5, "color": "0.6", "ha": "center", "va": "center"}
_MARK = {"markersize": 6.5, "markeredgewidth": 1.6, "zorder": 3}


@dataclasses.dataclass(frozen=True)
class Dot:
    """A mean, its interval, its chance level or None, and whether it is drawn as the best or as one that fails."""

    value: float
    low: float
    high: float
    chance: float | None = None
    best: bool = False
    fails: bool = False


@dataclasses.dataclass(frozen=True)
class Panel:
    """A measure: its name, what it is in a few words, `"more"` or `"less"` as better, and a `Dot` a method."""

    title: str
    said: str
    better: str
    dots: list


def plot_intervals(names, groups, *, note=None):
    """Returns a figure: a line a name, and beside each other a panel a measure, under the question it belongs to.

    Args:
        names: What the dots of each panel are of, from above.
        groups: `{question: panels}`, each a `Panel`.
        note: A line of small text below them all.
    """
    names, lines = [legible(name, _NAME) for name in names], _in_rows(groups)
    left = 0.35 + _LETTER * max(map(breadth, names))
    high = _ROW * len(names)
    step = _ABOVE + high + _BELOW
    wide, tall = left + _PANEL * max(map(len, lines)) + 0.05, step * len(lines) + 0.3
    figure = Figure((wide, tall))
    for number, line in enumerate(lines):
        bottom = tall - number * step - _ABOVE - high
        for column, (question, panel) in enumerate(line):
            across = left + column * _PANEL
            axis = figure.add_axes((across / wide, bottom / tall, (_PANEL - 0.3) / wide, high / tall))
            _draw(axis, panel, names if column == 0 else [""] * len(names))
            if question:
                where = (across / wide, (bottom + high + 0.65) / tall)
                figure.text(*where, question, fontsize=10.5, weight="bold", color="0.15", **_PLAIN)
    figure.legend(handles=_signs(groups), loc="lower left", bbox_to_anchor=(0.05 / wide, 0), ncols=4, **_LEGEND)
    if note:
        figure.text(1 - 0.15 / wide, 0.12 / tall, note, fontsize=8, color="0.35", ha="right", **_PLAIN)
    return cover(figure)


def _in_rows(groups):
    """Returns rows of `(question or None, panel)`: a question's panels stay together where they fit into a row."""
    rows = [[]]
    for question, panels in groups.items():
        if rows[-1] and len(rows[-1]) + len(panels) > _COLUMNS:
            rows.append([])
        for number, panel in enumerate(panels):
            if len(rows[-1]) == _COLUMNS:
                rows.append([])
            rows[-1].append((None if number else question, panel))
    return rows


def _draw(axis, panel, names):
    places = np.arange(len(panel.dots))
    axis.hlines(places, 0, 1, transform=axis.get_yaxis_transform(), color="0.92", linewidth=0.8, zorder=0)
    for place, dot in zip(places, panel.dots):
        if dot.chance is not None:
            axis.vlines(dot.chance, place - 0.5, place + 0.5, color=_CHANCE, linewidth=1.1, zorder=1)
        if not np.isfinite(dot.value):
            axis.text(0.5, place, "not measured", transform=axis.get_yaxis_transform(), **_ABSENT)
            continue
        color = _BEST if dot.best else _FAILS if dot.fails else _USUAL
        axis.hlines(place, dot.low, dot.high, color=color, linewidth=2, alpha=0.75, zorder=2)
        inside = "white" if dot.fails else color
        axis.plot(dot.value, place, "D" if dot.best else "o", color=color, markerfacecolor=inside, **_MARK)
    axis.set_ylim(len(names) - 0.5, -0.5)
    axis.set_yticks(places, names, fontsize=9, **_PLAIN)
    said = textwrap.fill(legible(panel.said), _SAID)
    axis.set_title(said, fontsize=7.5, color="0.35", loc="left", pad=4, linespacing=1.1, **_PLAIN)
    axis.annotate(panel.title, (0, 1), (0, 27), textcoords="offset points", xycoords="axes fraction", **_TITLE)
    axis.set_xlabel(f"\u2190 {panel.better} is better" if panel.better == "less" else "more is better \u2192", **_AXIS)
    axis.margins(x=0.08)
    axis.locator_params(axis="x", nbins=3)
    axis.tick_params(axis="x", labelsize=8, length=2, color="0.6")
    axis.tick_params(axis="y", length=0)
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.spines["bottom"].set_color("0.6")


def _signs(groups):
    """Returns what the legend explains of what is drawn."""
    dots = [dot for panels in groups.values() for panel in panels for dot in panel.dots]
    signs = [
        (any(dot.best for dot in dots), {"marker": "D", "color": _BEST}, "better than each other"),
        (
            any(dot.fails for dot in dots),
            {"marker": "o", "color": _FAILS, "markerfacecolor": "white"},
            "no better than chance",
        ),
        (any(dot.chance is not None for dot in dots), {"color": _CHANCE}, "by chance"),
    ]
    return [
        Line2D([], [], linestyle="" if "marker" in look else "-", label=said, **look)
        for drawn, look, said in signs
        if drawn
    ]
