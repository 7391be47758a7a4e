"""Images by steps of a training, as one figure."""

import numpy as np

from keras_explain.checks.options import check_count
from keras_explain.training_log.drawn import Drawn
from keras_explain.visual.grids import plot_attributions


def strip(log, method, rows, columns, scale, size):
    """Returns a matplotlib `Figure` with a row an image and a column a step, see `TrainingLog.plot`."""
    drawn = Drawn(log, method, rows, check_count(columns, "columns"), scale, np.geomspace)
    titles = [log.time(step) for step in drawn.log.steps]
    look = {key: titles if on else () for key, on in drawn.look.items()}
    images, labels, wrong = log.images, log.captions, ", ✗ if wrong" if (log.labels >= 0).any() else ""
    return plot_attributions(
        [images[i] for i in drawn.rows],
        {title: drawn.resized(number) for number, title in enumerate(titles)},
        **look,
        scale=drawn.limit or "image",
        row_titles=[f"image {i}" if labels is None else f"true: {labels[i]}" for i in drawn.rows],
        captions=None if drawn.answers is None else dict(zip(titles, drawn.answers)),
        note=f"{drawn.title}; below each map the predicted class{wrong}{drawn.left_out}",
        size=size,
    )
