"""Event files wherever they are: on disks directly, elsewhere through TensorFlow's file systems.

A page that reads logs from a disk needs no TensorFlow, whose import takes seconds.
"""

import contextlib
import os


def event_files(folder):
    """Returns `{path: size}` of the event files right in a directory, none if it isn't there."""
    if _is_remote(folder):
        with _file_system() as files:
            names = files.listdir(folder) if files.isdir(folder) else []
            return {f"{folder}/{name}": files.stat(f"{folder}/{name}").length for name in names if _is_event_file(name)}
    found = {}
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                if _is_event_file(entry.name) and entry.is_file():
                    found[f"{folder}/{entry.name}"] = entry.stat().st_size
    return found


def folders_with_events(root):
    """Yields the directories below one, itself included, that hold event files; each once, whatever links there are."""
    if _is_remote(root):
        with _file_system() as files:
            for folder, _, names in files.walk(root) if files.isdir(root) else ():
                if any(map(_is_event_file, names)):
                    yield folder
        return
    seen = set()
    for folder, below, names in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            below.clear()
        elif any(map(_is_event_file, names)):
            yield folder
        seen.add(real)


@contextlib.contextmanager
def opened(path):
    """Gives a file to read bytes from.

    Raises:
        OSError: If it can't be read.
    """
    if not _is_remote(path):
        with open(path, "rb") as file:
            yield file
        return
    with _file_system() as files, files.GFile(path, "rb") as file:
        yield file


def size_of(path):
    """Returns the size of a file.

    Raises:
        OSError: If it can't be read.
    """
    if not _is_remote(path):
        return os.stat(path).st_size
    with _file_system() as files:
        return files.stat(path).length


@contextlib.contextmanager
def _file_system():
    import tensorflow as tf

    try:
        yield tf.io.gfile
    except tf.errors.OpError as error:
        raise OSError(str(error)) from error


def _is_remote(path):
    return "://" in path


def _is_event_file(name):
    return "tfevents" in name and not name.endswith("/")
