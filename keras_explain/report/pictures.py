"""Write each input and each map as a picture, by themselves or over the photographs that they were made of."""

import re

from PIL import Image

from keras_explain.visual.over_photograph import map_over_photograph, photograph_picture
from keras_explain.visual.picture import attribution_picture, input_picture

_LONGEST = 100  # Letters of a picture's name.
_QUICK = 1  # A tenth more bytes than the best compression of a photograph, in less than half the time.


def write_pictures(explanation, folder):
    """Writes into a new folder `0_input.png` and so on, and for each map `0_grad_cam.png`, over its input."""
    folder.mkdir()
    for i in range(len(explanation)):
        _save(_plain(explanation, i), folder, i, len(explanation))


def write_over_photographs(explanation, folder, originals, count, side):
    """Writes the same with the maps over the photographs, which are there as `0_photograph.png`.

    Args:
        explanation: An `Explanation`.
        folder: Path of the new folder.
        originals: Its `Originals`.
        count: How many of them are wanted back.
        side: With how many pixels at least.

    Returns:
        What was seen of the first few photographs, and what a manifest says of each of them all.
    """
    folder.mkdir()
    small, entries = [], []
    for i, original in enumerate(originals):
        _save(_over(explanation, i, original), folder, i, len(explanation))
        entries.append(original.entry())
        if i < count:
            small.append(original.seen(side))
    return small, entries


def _plain(explanation, i):
    yield "input", input_picture(explanation.shown[i])
    for name, values, look in _maps(explanation, i):
        yield name, attribution_picture(explanation.shown[i], values, **look)


def _over(explanation, i, original):
    if explanation.shown is not None:
        yield "input", input_picture(explanation.shown[i])
    photograph = photograph_picture(original.pixels, original.framing)
    yield "photograph", photograph
    for name, values, look in _maps(explanation, i):
        yield name, map_over_photograph(photograph, original.framing, values, **look)


def _maps(explanation, i):
    """Yields each map of an image: its name, with the class where there are several, its values, how it is drawn."""
    for name, maps in explanation.maps.items():
        look = explanation.look(name)
        if explanation.targets.ndim == 1:
            yield name, maps[i], look
        else:
            yield from ((f"{name}_{c}", values, look) for c, values in zip(explanation.targets[i], maps[i]))


def _save(pictures, folder, i, count):
    """Saves `(name, picture)` of the image `i` of so many."""
    number, taken = f"{i:0{len(str(count - 1))}}", set()
    for name, picture in pictures:
        stem = re.sub(r"[^0-9A-Za-z]+", "_", name)[:_LONGEST]
        while stem.lower() in taken:
            stem += "_"
        taken.add(stem.lower())
        Image.fromarray(picture).save(folder / f"{number}_{stem}.png", compress_level=_QUICK)
