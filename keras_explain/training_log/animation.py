"""The maps of a training as an animation: a frame a step."""

import io

import numpy as np
from PIL import Image

from keras_explain.checks.options import check_count
from keras_explain.training_log.drawn import Drawn
from keras_explain.visual.panel import panel
from keras_explain.visual.picture import attribution_picture

_SECONDS, _LONGEST = 6.0, 0.5  # Of all frames together, and of one of few.
_LAST = 2.0


def animation(log, method, rows, frames, scale):
    """Returns a GIF as bytes, see `TrainingLog.animation`."""
    drawn = Drawn(log, method, rows, check_count(frames, "frames"), scale, np.linspace)
    pictures = [_frame(drawn, log, number) for number in range(len(drawn.maps))]
    height, width = np.max([picture.shape[:2] for picture in pictures], axis=0)
    sheets = [Image.new("RGB", (int(width), int(height)), "white") for _ in pictures]
    for sheet, picture in zip(sheets, pictures):
        sheet.paste(Image.fromarray(picture))
    each = int(1000 * min(_LONGEST, _SECONDS / len(sheets)))
    times = [*[each] * (len(sheets) - 1), int(1000 * _LAST)]
    file = io.BytesIO()
    sheets[0].save(file, "gif", save_all=True, append_images=sheets[1:], duration=times, loop=0)
    return file.getvalue()


def _frame(drawn, log, number):
    """Returns the picture of all images at a step, uint8 `(H, W, 3)`."""
    how = {**drawn.look, "limit": drawn.limit}
    maps, images = drawn.maps[number], log.images[drawn.rows]
    pictures = [attribution_picture(image, values, **how) for image, values in zip(images, maps)]
    labels = [""] * len(images) if log.captions is None else [f"true: {log.captions[i]}  " for i in drawn.rows]
    answers = [""] * len(images) if drawn.answers is None else drawn.answers[number]
    titles = [label + answer for label, answer in zip(labels, answers)]
    return panel(pictures, titles, [f"{drawn.title}, {log.time(drawn.log.steps[number])}{drawn.left_out}"])
