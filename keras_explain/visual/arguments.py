"""What is to be drawn, as it passes the door: inputs, pictures, maps, texts, boxes and axes."""

import numpy as np
from matplotlib.axes import Axes

from keras_explain.checks.arrays import as_array, as_numbers
from keras_explain.checks.drawing import LEAST_DPI, MOST_DPI
from keras_explain.checks.options import check_number, check_text
from keras_explain.errors import InputError, OptionError, brief

# Inches of a picture: a figure of larger ones can't be drawn.
_TALLEST = 100


def each_of(values, what, count=None):
    """Returns a list, a tuple or an array as a list: of one or more, or of just so many."""
    values = values if isinstance(values, (list, tuple)) else as_array(values, what)
    listed = list(values) if isinstance(values, (list, tuple)) or values.ndim else []
    if not listed or count not in (None, len(listed)):
        raise InputError(f"expected {what} as a list of {count or 'one or more'}, received {brief(values)}.")
    return listed


def check_shown(shown):
    """Returns an input as `showable` makes it: numbers `(T, C)`, or uint8 `(H, W, 3)` or `(D, H, W, 3)`."""
    array = as_numbers(shown, "an input")
    colored = array.ndim in (3, 4) and array.shape[-1] == 3 and array.dtype == np.uint8
    if not colored and array.ndim != 2:
        raise InputError(f"expected an input as visual.picture.showable makes it, received {brief(array)}.")
    return array.astype(np.float32) if array.dtype.kind == "b" else array


def check_picture(picture):
    """Returns a picture as a uint8 array `(H, W, 3)`."""
    array = as_numbers(picture, "a picture", (None, None, 3))
    if array.dtype != np.uint8:
        raise InputError(f"expected a picture of uint8, received {array.dtype}; see visual.pixels.to_pixels.")
    return array


def check_maps(maps, *lengths):
    """Returns maps by title as `{title: array}`, each of shape `(*lengths, *spatial, C)`."""
    if not isinstance(maps, dict) or not all(isinstance(title, str) for title in maps):
        raise InputError(f"expected maps as a dictionary of arrays by title, received {brief(maps)}.")
    return {title: as_numbers(array, f"maps of {brief(title)}", (*lengths, ..., None)) for title, array in maps.items()}


def check_titles(chosen, name, titles):
    """Returns the titles of the maps that are something, which have to be among these."""
    listed = isinstance(chosen, (list, tuple, set, frozenset))
    if not listed or not all(isinstance(title, str) and title in titles for title in chosen):
        raise OptionError(f"expected {name} as some of the titles {brief(list(titles))}, received {brief(chosen)}.")
    return chosen


def check_texts(texts, what, count=None):
    """Returns a list of texts, an empty one for None; None as it is."""
    if texts is None:
        return None
    return [check_text(text, f"each of {what}") or "" for text in each_of(texts, what, count)]


def check_captions(captions, titles, count):
    """Returns `{title: what stands below each of its maps}` for all titles; of some, or None, by title."""
    if captions is not None and not isinstance(captions, dict):
        raise OptionError(f"expected captions as a dictionary of texts by title, received {brief(captions)}.")
    captions = captions or {}
    check_titles(list(captions), "captions", titles)
    return {title: check_texts(captions.get(title), "captions", count) or [""] * count for title in titles}


def check_boxes(boxes, count):
    """Returns a box or None for each row; None as it is."""
    if boxes is None:
        return None
    boxes = each_of(boxes, "boxes", count)
    return [None if box is None else as_numbers(box, "each of boxes", (4,), finite=True) for box in boxes]


def check_size(size):
    """Returns the height of a picture in inches."""
    return check_number(size, "size=", 0, _TALLEST, above=True)


def check_dpi(dpi):
    """Returns how many dots an inch has."""
    return check_number(dpi, "dpi=", LEAST_DPI, MOST_DPI)


def check_axes(ax):
    """Returns matplotlib axes; None as it is."""
    if ax is not None and not isinstance(ax, Axes):
        raise OptionError(f"expected ax= as matplotlib Axes, received {brief(ax)}; see matplotlib's Figure.subplots.")
    return ax
