"""What the results of each photograph are called, and in which folders they lie."""

import collections
import hashlib
import os
import unicodedata
from pathlib import Path

_LONGEST = 128  # Bytes of a name; a file system takes 255, of which a folder that is being written needs some more.
_NO_NAME = '<>:"/\\|?*'  # What some file system doesn't take.


def result_paths(photos, classes=None):
    """Returns for each photograph the relative path of its results, none at or within another one.

    It is the photograph's name without the ending, if that will do, in the folder of its class if it has one.
    Photographs of one name in one folder keep the ending, `cat_png`; those of several folders lie in folders like
    theirs. Each part of a path is the name of a visible folder that any file system takes.

    Args:
        photos: Paths of photographs.
        classes: `{path: name}` of the folder that stands for a class, for those in one.
    """
    above = [_folders(photo, 1 if photo in (classes or {}) else 0) for photo in photos]
    names = [_name(photo) for photo in photos]
    together = _clashing([(photo.parent, name) for photo, name in zip(photos, names)])
    names = [_with_ending(photo) if clash else name for photo, name, clash in zip(photos, names, together)]
    paths = [(*folders, name) for folders, name in zip(above, names)]
    for depth in range(1, max((len(photo.parts) for photo in photos), default=0)):
        clashing = _clashing(paths)
        if not any(clashing):
            break
        deeper = [(*_folders(photo, depth), name) for photo, name in zip(photos, names)]
        paths = [new if clash and len(new) > len(old) else old for old, new, clash in zip(paths, deeper, clashing)]
    return [
        Path(*path[:-1], f"{path[-1]}_{_digest(os.path.realpath(photo))}" if clash else path[-1])
        for path, photo, clash in zip(paths, photos, _clashing(paths))
    ]


def _folders(photo, depth):
    """Returns the names of the last folders above a photograph."""
    parts = photo.relative_to(photo.anchor).parts[:-1]
    return tuple(filter(None, map(_folder_name, parts[len(parts) - depth :] if depth <= len(parts) else parts)))


def _clashing(paths):
    """Tells of each path whether a file system may take it for another one, or for a folder above one."""
    keys = [tuple(unicodedata.normalize("NFC", str(part)).casefold() for part in path) for path in paths]
    count = collections.Counter(keys)
    above = {key[:depth] for key in count for depth in range(1, len(key))}
    return [count[key] > 1 or key in above for key in keys]


def _name(photo):
    return _folder_name(photo.stem) or _folder_name(photo.name) or "photograph"


def _with_ending(photo):
    return _folder_name(f"{photo.stem}_{photo.suffix[1:]}") or _name(photo)


def _folder_name(text):
    """Returns a text as the name of a folder, empty if nothing is left of it."""
    name = "".join(c if c.isprintable() and c not in _NO_NAME else "_" for c in text).strip(". ")
    if len(name.encode()) <= _LONGEST:
        return name
    return f"{name.encode()[:_LONGEST].decode(errors='ignore')}_{_digest(text)}"


def _digest(text):
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]
