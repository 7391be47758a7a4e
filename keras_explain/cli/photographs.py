"""Which photographs are meant by files, folders and globs, and what their results are called."""

import collections
import glob
import hashlib
import os
import unicodedata
from pathlib import Path

from keras_explain.errors import OptionError, near

_ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
_LONGEST = 128  # Bytes of a name; a file system takes 255, of which a folder that is being written needs some more.
_NO_NAME = '<>:"/\\|?*'  # What some file system doesn't take.


def find_photos(patterns):
    """Returns the paths of photographs, each once, in the order of the patterns and by name within one.

    A file is taken whatever its ending; of a folder and of a glob those with the ending of a picture, hidden ones left
    out.

    Args:
        patterns: Paths of files and folders, and globs, `**` for folders at any depth.

    Raises:
        OptionError: If one of them stands for no photograph.
    """
    found = {}
    for pattern in patterns:
        path = Path(pattern)
        if os.path.isdir(path):
            photos = _pictures(path.iterdir())
        elif os.path.lexists(path):
            photos = [path]
        else:
            photos = _pictures(map(Path, glob.glob(pattern, recursive=True)))
        if not photos:
            raise OptionError(_nothing(pattern))
        for photo in photos:
            found.setdefault(os.path.realpath(photo), photo)
    return list(found.values())


def result_names(photos):
    """Returns a name for the results of each photograph, none twice: its own without the ending, if that will do.

    Photographs of one name keep the ending, or get those of the folders above in front. Each is the name of a visible
    folder that any file system takes.
    """
    names = [_folder_name(photo.stem) or _folder_name(photo.name) or "photograph" for photo in photos]
    parts = [photo.relative_to(photo.anchor).parts for photo in photos]
    for depth in range(1, max(map(len, parts), default=0) + 1):
        clashing = _clashing(names)
        if not any(clashing):
            return names
        names = [
            _folder_name("_".join(path[-depth:])) or name if clashes else name
            for name, path, clashes in zip(names, parts, clashing)
        ]
    return [
        f"{name}_{_digest(os.path.realpath(photo))}" if clashes else name
        for name, photo, clashes in zip(names, photos, _clashing(names))
    ]


def _clashing(names):
    """Tells of each name whether a file system may take it for another one."""
    keys = [unicodedata.normalize("NFC", name).casefold() for name in names]
    count = collections.Counter(keys)
    return [count[key] > 1 for key in keys]


def _folder_name(text):
    """Returns a text as the name of a folder, empty if nothing is left of it."""
    name = "".join(c if c.isprintable() and c not in _NO_NAME else "_" for c in text).strip(". ")
    if len(name.encode()) <= _LONGEST:
        return name
    return f"{name.encode()[:_LONGEST].decode(errors='ignore')}_{_digest(text)}"


def _digest(text):
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]


def _pictures(paths):
    return sorted(
        path
        for path in paths
        if path.suffix.lower() in _ENDINGS and not path.name.startswith(".") and not os.path.isdir(path)
    )


def _nothing(pattern):
    path = Path(pattern)
    if os.path.isdir(path):
        inner = any(os.path.isdir(entry) for entry in path.iterdir())
        deeper = f"; for those in the folders below give '{path}/**'" if inner else ""
        return f"expected photographs, received the folder '{path}' without any{deeper}."
    if glob.has_magic(pattern):
        return f"expected photographs, received '{pattern}', which fits none."
    beside = os.listdir(path.parent) if os.path.isdir(path.parent) else []
    hint = f"; {near(path.name, beside)}" if beside else "."
    return f"expected a photograph, a folder or a glob, received '{pattern}', which does not exist{hint}"
