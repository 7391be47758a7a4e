"""Draw a comparison: its numbers, as the figure takes them."""

from keras_explain.judgment.measures import MEASURES
from keras_explain.visual.intervals import Dot, Panel, plot_intervals


def plot(found):
    """Returns the figure of `Comparison.plot`."""
    groups = {}
    for measure in found.measures:
        dots = [
            Dot(row.value, row.low, row.high, row.chance, row.best, row.holds is False)
            for row in found.rows
            if row.measure == measure
        ]
        what = MEASURES[measure]
        panel = Panel(measure.replace("_", " "), what.said, what.better, dots)
        groups.setdefault(what.question, []).append(panel)
    note = f"means over {len(found)} images, with bootstrap intervals of 95%" if len(found) > 1 else "one image"
    return plot_intervals(list(found.titles.values()), groups, note=note)
