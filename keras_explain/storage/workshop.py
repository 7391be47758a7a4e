"""The workshop beside a folder in which its replacement is made, and what becomes of it when its owner ends or dies."""

import contextlib
import hashlib
import os
import re
import stat
import time
from pathlib import Path

from keras_explain.errors import InputError, OptionError
from keras_explain.storage.folders import MANIFEST, is_unchanged, quoted, written_files

try:
    import fcntl
except ImportError:  # Windows, where a workshop that is left behind is to be removed by hand
    fcntl = None

_LOCK = "lock"
_TRIES, _PAUSE = 5, 0.01  # Seconds.


def workshop(folder):
    """Returns the path of a folder's workshop, of a short name whatever the folder's own is."""
    return folder.parent / f".keras_explain-{hashlib.sha256(os.fsencode(folder.name)).hexdigest()[:16]}"


def opened(shop, folder):
    """Makes a workshop and returns its lock, a file that says until it is closed that its owner is at work.

    Raises:
        OptionError: If there is one.
    """
    was_made = False
    for _ in range(_TRIES):
        try:
            shop.mkdir(mode=0o700)
            was_made = True
            return _new_lock(shop / _LOCK)
        except (FileExistsError, FileNotFoundError, BlockingIOError):
            if not was_made:
                break
            time.sleep(_PAUSE)  # for who took this owner for killed, before the lock was locked
    raise OptionError(
        f"expected a folder that nobody else is saving into, received {quoted(folder)}; wait for them, or, if nobody "
        f"is, keep what is yours of {quoted(shop)} and remove that."
    )


def take_over(shop, folder, kind, own):
    """Puts a workshop in order whose owner was killed."""
    path = shop / _LOCK
    if not os.path.lexists(path):  # killed right after it was made, or before it was removed
        with contextlib.suppress(OSError):
            shop.rmdir()
        return
    with contextlib.suppress(BlockingIOError, FileNotFoundError):  # it is in use, or its owner has just left
        if fcntl is not None and stat.S_ISREG(os.lstat(path).st_mode):
            with open(path, "r+b") as lock:
                if _locked(lock):
                    put_in_order(shop, folder, kind, own)


def put_in_order(shop, folder, kind, own):
    """Brings what was begun in a workshop to an end: the earlier folder back, or gone; tells if nothing is left."""
    old, new = shop / "old", shop / "new"
    if os.path.lexists(old) and os.path.lexists(new):  # between the two renames
        if os.path.lexists(folder):
            return False  # somebody put another one there
        old.rename(folder)
    files = _written(old, kind)
    _discard(old, lambda path, name: is_unchanged(path, files.get(name)) or (files and name == MANIFEST))
    _discard(new, lambda path, name: not path.is_symlink() and (name == MANIFEST or re.fullmatch(own, name)))
    if os.path.lexists(old) or os.path.lexists(new):
        return False
    (shop / _LOCK).unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # something of somebody else's
        shop.rmdir()
    return True


def _new_lock(path):
    """Makes the file of a lock and returns it, locked; until then others may take its owner for killed.

    Raises:
        FileExistsError: If there is one.
        FileNotFoundError: If somebody took the owner for killed, and the workshop away.
        BlockingIOError: If somebody is doing that.
    """
    lock = None
    try:
        lock = open(path, "xb")
        if fcntl is None:
            lock.close()
        else:
            _locked(lock)
        return lock
    except BaseException:
        if lock is not None:
            lock.close()
        raise


def _locked(lock):
    """Locks a workshop's file until it is closed or its process ends; tells whether that can be done here.

    Raises:
        BlockingIOError: If it is locked already, or was another workshop's that is gone.
        FileNotFoundError: If there is no workshop any more.
    """
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # a file system without locks: who finds the workshop leaves it
        return False
    if not os.path.samestat(os.fstat(lock.fileno()), os.stat(lock.name)):
        raise BlockingIOError
    return True


def _written(folder, kind):
    try:
        return written_files(folder, kind)
    except (InputError, OSError):
        return {}


def _discard(folder, is_own):
    """Removes a folder as far as nothing of anybody else's is in it, the manifest last: by it the others are known.

    Args:
        folder: Its path; it may be gone already.
        is_own: Function `(path, name) -> bool` of each file.
    """
    for above, _, names in os.walk(folder):
        for path in (Path(above, name) for name in names):
            name = path.relative_to(folder).as_posix()
            if name != MANIFEST and is_own(path, name):
                path.unlink()
    for above, _, _ in os.walk(folder, topdown=False):
        with contextlib.suppress(OSError):
            if Path(above) == folder and os.listdir(above) == [MANIFEST] and is_own(folder / MANIFEST, MANIFEST):
                (folder / MANIFEST).unlink()
            os.rmdir(above)
