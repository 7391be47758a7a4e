"""Whether a place can be written to."""

import contextlib
import os
import tempfile
from pathlib import Path

from keras_explain.checks.paths import why_no_file
from keras_explain.errors import OptionError


def check_out(out):
    """Refuses a path as the folder of results, before any work.

    Raises:
        OptionError: If there is something else, if it is the root of all folders, or if nothing can be written there.
    """
    if os.path.lexists(out) and not os.path.isdir(out):
        raise OptionError(f"expected --out as a folder, received '{out}', which {why_no_file(out) or 'is a file'}.")
    check_writable(out, "--out")
    if os.path.realpath(out) == os.path.realpath(os.sep):
        raise OptionError(f"expected --out as a folder for results alone, received '{out}'; give one within it.")


def check_writable(path, option):
    """Refuses a path at which nothing can be made, by making something in the folder that is or will be above it.

    Permissions don't tell: of the administrator, of a file system that can't be written, of one that is full.

    Args:
        path: Of a file or a folder; neither it nor those above it need exist yet.
        option: The option that named it, for the message.

    Raises:
        OptionError: If it can't be written to.
    """
    try:
        with contextlib.suppress(FileNotFoundError):
            os.lstat(path)
        place = Path(os.path.abspath(path))
        if os.path.isfile(place):
            open(place, "r+b").close()
            place = place.parent
        while not os.path.lexists(place) and place != place.parent:
            place = place.parent
        with tempfile.TemporaryDirectory(dir=place, prefix=".keras_explain_"):
            pass
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise OptionError(f"expected {option} as a place that can be written to, received '{path}': {why}.") from None
