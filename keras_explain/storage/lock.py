"""One process at a time: a lock on a file that ends with the process, however that ends."""

import contextlib
import os
import warnings

from keras_explain.errors import ExplainWarning, OptionError
from keras_explain.storage.folders import quoted

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
    import msvcrt


@contextlib.contextmanager
def locked(path, what):
    """Within the block no other process has the lock. Its file stays, empty: to remove it would let two hold a lock.

    Args:
        path: Of the file.
        what: What is locked, for the message: "writes into 'audit'".

    Raises:
        OptionError: If another process has it.
        OSError: If the file can't be made.
    """
    with open(path, "ab") as file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            raise OptionError(f"expected one process at a time, but another one {what}; wait for it.") from None
        except OSError as error:
            warnings.warn(
                f"{quoted(path)} can't be locked ({error.strerror or error}): make sure that no other process {what}.",
                ExplainWarning,
                stacklevel=4,
            )
        yield


def _lock(file):
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        file.seek(0, os.SEEK_SET)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
