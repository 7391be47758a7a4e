"""A figure as the bytes of a file: pixels, or lines and text that stay such."""

import io

import matplotlib

from keras_explain.errors import OptionError

_MOST = 2**16  # Pixels that matplotlib draws along a side.
# Text as text, in fonts that are embedded as they are (TrueType): journals refuse Type 3.
_TEXT = {"pdf.fonttype": 42, "svg.fonttype": "none"}
# No time of day in a file: the same figure is the same file.
_METADATA = {"png": {}, "pdf": {"CreationDate": None}, "svg": {"Date": None}}


def figure_bytes(figure, format="png"):
    """Returns a matplotlib `Figure` as a file, with its own dots an inch: as PDF or SVG, of the pictures within it.

    Args:
        figure: The figure.
        format: `"png"`, `"pdf"` or `"svg"`.

    Raises:
        OptionError: If it would have more pixels than can be drawn.
    """
    longest = max(figure.get_size_inches())
    if longest * figure.dpi >= _MOST:
        most = f"{(_MOST - 1) / longest:.0f} for a figure of {longest:.0f} inches"
        raise OptionError(f"expected dpi= of at most {most}, received {figure.dpi:g}.")
    file = io.BytesIO()
    with matplotlib.rc_context({**_TEXT, "svg.hashsalt": "keras_explain"}):
        figure.savefig(file, format=format, dpi="figure", metadata=_METADATA[format])
    return file.getvalue()
