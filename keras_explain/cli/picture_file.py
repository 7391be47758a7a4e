"""A picture as a file: where one may be written, and writing it."""

import io
import os

from keras_explain.checks.paths import why_no_file
from keras_explain.cli.files import check_writable
from keras_explain.errors import OptionError

_FORMATS = (".png", ".pdf", ".svg")


def check_picture_file(out, overwrite):
    """Refuses a path at which no picture can be made, or something is that nobody said to replace."""
    if out.suffix.lower() not in _FORMATS or os.path.isdir(out):
        raise OptionError(f"expected --out as a picture's file ({', '.join(_FORMATS)}), received '{out}'.")
    there = os.path.lexists(out)
    why = why_no_file(out)
    if there and why is not None:
        raise OptionError(f"expected --out as a picture's file or a new one, received '{out}', which {why}.")
    check_writable(out, "--out")
    if there and not overwrite:
        raise OptionError(f"expected --out as a new file, received '{out}', which exists; replace it by --overwrite.")


def write_picture(out, figure, overwrite):
    """Writes a figure whole or not at all."""
    file = io.BytesIO()
    figure.savefig(file, format=out.suffix[1:].lower(), dpi=150)
    out.parent.mkdir(parents=True, exist_ok=True)
    with open(out, "wb" if overwrite else "xb") as written:
        written.write(file.getvalue())
