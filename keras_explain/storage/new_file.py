"""Write a file that is there whole or not at all, and never over one of somebody else's."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from keras_explain.checks.options import check_path
from keras_explain.errors import OptionError
from keras_explain.storage.folders import quoted
from keras_explain.storage.regular import open_regular


@contextlib.contextmanager
def new_file(path, start, kind):
    """Gives a text file to write into, which becomes the file at `path` at the end, or is removed if anything fails.

    A file that was written in this way is replaced. A link to one stays, and what it points to is replaced.

    Args:
        path: Path of the file, in a folder that exists.
        start: How such a file begins, by which it is known.
        kind: What it is, for messages.

    Raises:
        OptionError: If there is anything else at that path, or it can't be written.
    """
    place = _place(path)
    draft = place.parent / f".keras_explain-{secrets.token_hex(8)}"
    try:
        with _told(place, kind):
            _refuse_unless_own(place, start, kind)
            file = open(draft, "x", encoding="utf-8", newline="\n")
        with file:
            file.write(start)
            yield file
        with _told(place, kind):
            _refuse_unless_own(place, start, kind)
            os.replace(draft, place)
    finally:
        with contextlib.suppress(OSError):  # it has become the file, or was never made
            draft.unlink()


def check_new_file(path, start, kind):
    """Refuses a path at which `new_file` could make none, before any work; the arguments are the same."""
    place = _place(path)
    with _told(place, kind):
        _refuse_unless_own(place, start, kind)
        with tempfile.TemporaryFile(dir=place.parent):
            pass


def _place(path):
    return Path(os.path.realpath(check_path(path, "path")))


@contextlib.contextmanager
def _told(place, kind):
    try:
        yield
    except OSError as error:
        what = error.strerror or error
        raise OptionError(f"expected a path to write {kind} to, received {quoted(place)}; {what}.") from None


def _refuse_unless_own(place, start, kind):
    try:
        os.lstat(place)
    except FileNotFoundError:
        return
    with open_regular(place) as file:
        if file.read(len(start.encode())) == start.encode():
            return
    raise OptionError(
        f"expected a new path, or that of {kind} that was written before, received {quoted(place)}, which holds "
        "something else; choose another."
    )
