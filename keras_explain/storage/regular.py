"""Open what is a file, and nothing that only looks like one and would keep a reader waiting."""

import os
import stat


def open_regular(path):
    """Returns a file, opened for reading bytes; a link to one is followed.

    Raises:
        OSError: If it can't be opened, or is no regular file: a folder, a pipe, a device.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):  # before it is opened: opening alone can set a device going
        raise OSError(f"'{os.path.basename(path)}' is no regular file")
    file = open(path, "rb", opener=_at_once)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(f"'{os.path.basename(path)}' is no regular file")
    return file


def _at_once(path, flags):
    """Opens a path without waiting, as for the other end of a pipe that was put there since."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
