"""What stands at a path, told without opening it."""

import os
import stat

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def why_no_file(path):
    """Returns what keeps a path from being a file's, as "does not exist", None if it is one.

    A pipe or a device would be waited for, for ever if nobody writes.
    """
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "is a link to nothing" if os.path.islink(path) else "does not exist"
    except (OSError, ValueError) as error:
        return f"can't be reached: {getattr(error, 'strerror', None) or error}"
    return None if stat.S_ISREG(mode) else f"is {_KINDS.get(stat.S_IFMT(mode), 'no file')}"
