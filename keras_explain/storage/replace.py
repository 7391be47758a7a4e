"""Put a new folder in the place of an earlier one: whole or not at all, whatever interrupts it.

Two renames do it, in a workshop beside the folder: the earlier one goes to `old` in it, then `new` takes its place.
Only between the two does neither stand, and then the workshop holds both: whoever comes next, reading or writing, finds
the earlier one there. A workshop whose owner was killed is put in order by the next one who writes.
"""

import contextlib
import os
import shutil
import warnings
from pathlib import Path

from keras_explain.checks.options import check_path
from keras_explain.errors import ExplainWarning, OptionError
from keras_explain.storage.folders import difference, quoted
from keras_explain.storage.workshop import opened, put_in_order, take_over, workshop


@contextlib.contextmanager
def new_folder(folder, kind, own=r"(?s).+"):
    """Gives a folder to write into, which becomes `folder` at the end, or is removed if anything fails.

    An empty folder is filled. One that was written in this way, with `write_manifest` at the end, is replaced, if it is
    as it was left, and keeps its permissions. A link to a folder stays, and what it points to is replaced.

    Args:
        folder: Path of the folder; those above it are made.
        kind: What it holds, as its manifest says.
        own: Regular expression of the names of the files that are written into it, those of folders within it with `/`.

    Raises:
        OptionError: If there is anything else at that path, or it can't be written.
    """
    folder = _place(folder)
    shop = workshop(folder)
    made = [above for above in folder.parents if not above.exists()]
    lock, left = None, False
    try:
        try:
            with _told(folder):
                with contextlib.suppress(FileNotFoundError):
                    os.lstat(folder)  # its name may be too long, or a file be above it
                take_over(shop, folder, kind, own)
                _refuse_unless_free(folder, kind, own)
                folder.parent.mkdir(parents=True, exist_ok=True)
                lock = opened(shop, folder)
                (shop / "new").mkdir()
            yield shop / "new"
            with _told(folder):
                _refuse_unless_free(folder, kind, own)
                _swap(shop, folder, kind, own)
        finally:
            _leave(lock, shop, folder, kind, own, made)
            left = True
    finally:
        if not left:  # an interrupt can come within the first
            _leave(lock, shop, folder, kind, own, made)


def standing(folder):
    """Returns the path at which the content of a folder stands, for reading.

    It is the folder's own, unless a process was killed just between the two renames of its replacement.

    Raises:
        OptionError: If it is no path.
    """
    place = _place(folder)
    old, new = workshop(place) / "old", workshop(place) / "new"
    between = not os.path.lexists(place) and os.path.lexists(new) and os.path.lexists(old)
    return old if between else place


def _place(folder):
    """Returns the absolute path of a folder, links followed, or refuses what can be none."""
    return Path(os.path.realpath(check_path(folder, "folder")))


@contextlib.contextmanager
def _told(folder):
    try:
        yield
    except OSError as error:
        what = error.strerror or error
        raise OptionError(f"expected a folder that can be written, received {quoted(folder)}; {what}.") from None


def _refuse_unless_free(folder, kind, own):
    if os.path.ismount(folder):
        raise OptionError(
            f"expected a folder that can be written, received {quoted(folder)}, the root of a disk; choose one in it."
        )
    found = difference(folder, kind, own) if os.path.lexists(folder) else None
    if found:
        raise OptionError(
            f"expected a new or empty folder, or {kind} that was saved before and left as it was, received "
            f"{quoted(folder)}, {found}; choose another."
        )


def _swap(shop, folder, kind, own):
    old, new = shop / "old", shop / "new"
    if folder.exists():
        shutil.copymode(folder, new)
        folder.rename(old)
    new.rename(folder)
    if old.exists() and difference(old, kind, own):  # in the moment before it was taken away
        folder.rename(new)
        old.rename(folder)
        _refuse_unless_free(folder, kind, own)


def _leave(lock, shop, folder, kind, own, made):
    """Takes the workshop away, and after a failure the folders above that were made."""
    if lock is None:
        take_over(shop, folder, kind, own)
    else:
        done = put_in_order(shop, folder, kind, own)
        lock.close()
        if not done:
            kept = f"{quoted(shop)} keeps what was put into {quoted(folder)} meanwhile."
            warnings.warn(kept, ExplainWarning, stacklevel=2)
    if not os.path.lexists(folder):
        for above in made:
            with contextlib.suppress(OSError):  # somebody else's by now
                above.rmdir()
