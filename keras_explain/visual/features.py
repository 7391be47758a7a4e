"""What units of a layer answer to, as a matplotlib figure: a synthesized image, and examples from a dataset."""

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_count
from keras_explain.visual.arguments import check_texts, each_of
from keras_explain.visual.figure import gallery
from keras_explain.visual.picture import input_picture

_WIDEST = 2**14


def plot_features(synthesized, examples, *, row_titles=None, titles=None, places=None, crop=None, size=1.3, dpi=None):
    """Returns a figure with one row a unit: its synthesized image, then the examples that excite it most.

    Args:
        synthesized: One input a unit, as `showable` makes it; None for none.
        examples: For each unit its examples, inputs likewise.
        row_titles: Text beside each row.
        titles: For each unit the text above each of its examples.
        places: For each unit a pixel `(row, column)` of each of its examples, int `(units, k, 2)`, to crop around.
        crop: Length in pixels of the square that is shown around it; None for the whole example.
        size: Height of a picture in inches.
        dpi: Dots an inch, see `gallery`.

    Raises:
        InputError: If something of this is not as many as the units.
        OptionError: If an option is outside of what it allows.
    """
    rows = [_pictures(row, "each of examples") for row in each_of(examples, "examples")]
    count = len(rows)
    if crop is not None:
        crop = check_count(crop, "crop=", _WIDEST)
        pixels = as_numbers(places, "places", (count, None, 2), finite=True).astype(int)
        rows = [
            [_cropped(picture, place, crop) for picture, place in zip(row, of_row)] for row, of_row in zip(rows, pixels)
        ]
    titles = [None] * count if titles is None else each_of(titles, "titles", count)
    titles = [check_texts(above, "titles", len(row)) or [""] * len(row) for above, row in zip(titles, rows)]
    if synthesized is not None:
        made = _pictures(synthesized, "synthesized", count)
        rows = [[one, *row] for one, row in zip(made, rows)]
        titles = [["synthesized" if i == 0 else "", *above] for i, above in enumerate(titles)]
    return gallery(rows, row_titles=row_titles, titles=titles, size=size, dpi=dpi)


def _pictures(inputs, what, count=None):
    return [input_picture(as_numbers(one, what, finite=True)) for one in each_of(inputs, what, count)]


def _cropped(picture, place, side):
    """Returns the square of a picture around a pixel, moved into it where it would stand out."""
    starts = [
        int(np.clip(middle - side // 2, 0, max(length - side, 0))) for middle, length in zip(place, picture.shape)
    ]
    return picture[starts[0] : starts[0] + side, starts[1] : starts[1] + side]
