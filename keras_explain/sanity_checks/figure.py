"""Draw what sanity checks found."""

import numpy as np

from keras_explain.visual.randomization import plot_randomization

_PICTURES = 5  # Of steps; the figure has others beside them.
_CURVES = {
    "layers redrawn from the top": ("weights", "similarity"),
    "the layers of one step alone": ("independent", "similarity"),
    "from the top, SSIM": ("weights", "ssim"),
    "from the top, signed": ("weights", "signed"),
}
_POINTS = {"runner-up": "runner-up", "another class": "class", "another image": "image"}


def plot(found):
    """Returns the figure of `Sanity.plot`."""
    layers = {row.step: row.layers for row in found.rows if row.layers}
    steps = [layers[step][-1] for step in sorted(layers)]
    chosen = {steps[i] for i in np.unique(np.linspace(0, len(steps) - 1, _PICTURES).astype(int))} if steps else set()
    maps = {title: maps for title, maps in found.pictured.items() if title not in steps or title in chosen}
    curves = {name: found.curve(*what) for name, what in _CURVES.items()}
    points = {name: found.curve(check) for name, check in _POINTS.items()}
    return plot_randomization(
        found.shown,
        maps,
        steps,
        curves,
        {name: float(values.mean()) for name, values in points.items() if len(values)},
        {"chance": found.chance, "halfway to the same": (1 + found.chance) / 2},
        title=found.title,
        **found.looks,
    )
