"""How an explanation shows itself in a notebook: as a page, over a picture for where scripts don't run."""

import base64
import dataclasses
import html

from keras_explain.report.figure_file import figure_bytes
from keras_explain.report.page.files import notebook_page
from keras_explain.visual.text import legible

_SHOWN = 8  # Images.
_DOTS = 100  # An inch of the picture, which a notebook keeps.


def png(explanation):
    """Returns the bytes of a picture of the first images; None if they can't be shown."""
    return None if explanation.shown is None else figure_bytes(explanation.plot(rows=_SHOWN, dpi=_DOTS))


def as_html(explanation):
    """Returns the first images to look at, and what is left out, as HTML."""
    picture, count = png(explanation), len(explanation)
    lines = [f"{name} is left out: {reason}" for name, reason in explanation.left_out.items()]
    lines += [f"the first {_SHOWN} of {count} images"] if count > _SHOWN else []
    view = _view(explanation, f"data:image/png;base64,{base64.b64encode(picture).decode()}") if picture else ""
    lines = lines if picture else [repr(explanation), *lines]
    return "".join([view, *(f"<div>{html.escape(legible(line))}</div>" for line in lines)])


def _view(explanation, picture):
    if explanation.shown.ndim == 3:
        return f'<img src="{picture}">'
    return notebook_page(dataclasses.replace(explanation[:_SHOWN], left_out={}), picture)
