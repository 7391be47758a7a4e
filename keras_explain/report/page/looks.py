"""How the maps of a method look, tabulated for a browser."""

import base64

import numpy as np

from keras_explain.visual.colors import INK, color_table, gray_table
from keras_explain.visual.legend import legend


def look(signed, fine, relative):
    """Returns how a browser draws maps as `visual.picture.attribution_picture` does.

    Args:
        signed: See `attribution_picture`.
        fine: See there.
        relative: See there; a page carries such maps as what each value is above the smallest.

    Returns:
        A dictionary: `table`, colors and opacity from 0 to the outermost color, with `signed` from the most negative
        one; `power`, which values follow the table by their root of; `bar`, the colors of a legend; `low` and `high`,
        what its ends mean. Colors are bytes in base64.
    """
    table = gray_table(signed) if fine else color_table(signed)
    known = legend(signed, fine, relative=relative)
    return {
        "signed": signed,
        "fine": fine,
        "relative": relative,
        "power": round(1 / INK) if fine and not signed else 1,
        "table": _packed(np.rint(255 * table).astype(np.uint8)),
        "bar": _packed(known.colors),
        "low": known.low,
        "high": known.high,
    }


def _packed(array):
    return base64.b64encode(array.tobytes()).decode()
