"""The colors that the page offers, tabulated for a browser."""

import base64
import functools

import numpy as np

from keras_explain.report.page.looks import look
from keras_explain.visual.colors import color_table

_MAPS = ("viridis", "magma", "gray", "coolwarm")


@functools.cache
def colors():
    """Returns `{name: {"signed" and "plain": colors and opacity from the lowest value, bytes in base64}}`."""
    return {name: {"signed": _table(True, name), "plain": _table(False, name)} for name in _MAPS}


def looks(inputs):
    """Returns `{method: look}` of an `Inputs`, see `report.page.looks.look`."""
    flags = ("signed", "fine", "relative")
    return {key: look(**{flag: bool(told.get(flag)) for flag in flags}) for key, told in inputs.methods.items()}


def difference():
    """Returns the look of what one map has more than another."""
    return look(signed=True, fine=False, relative=False)


def _table(signed, name):
    return base64.b64encode(np.rint(255 * color_table(signed, name)).astype(np.uint8).tobytes()).decode()
