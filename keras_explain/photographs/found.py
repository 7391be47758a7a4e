"""Which photographs are meant by files, folders and globs, and which folders stand for a class."""

import glob
import os
from pathlib import Path
from typing import NamedTuple

from keras_explain.errors import OptionError, near

_ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")


class Found(NamedTuple):
    """What stands at the paths that were given.

    Attributes:
        photos: Paths of photographs, each once, in the order of the patterns and by name within one.
        classes: `{path: name}` of the folder that stands for a class, for the photographs in one.
        roots: `{folder: names}` of all its folders, for the folders whose folders stand for classes each.
        empty: Paths of folders that were given and hold no photograph.
        notes: Sentences about what was not taken.
    """

    photos: list
    classes: dict
    roots: dict
    empty: list
    notes: list


def find_photos(patterns):
    """Returns the photographs that are meant, as a `Found`.

    A file is taken whatever its ending; of a folder and of a glob those with the ending of a picture, hidden ones left
    out. Of a folder with none but in the folders within it, each of these stands for a class.

    Args:
        patterns: Paths of files and folders, and globs, `**` for folders at any depth.

    Raises:
        OptionError: If one of them stands for nothing, or all of them together for no photograph.
    """
    found = Found([], {}, {}, [], [])
    seen = set()
    for pattern in patterns:
        path = Path(pattern)
        if os.path.isdir(path):
            photos = _in_folder(path, found)
        elif os.path.lexists(path):
            photos = {path: None}
        else:
            photos = dict.fromkeys(_pictures(map(Path, glob.glob(pattern, recursive=True))))
            if not photos:
                raise OptionError(_nothing(pattern))
        for photo, name in photos.items():
            real = os.path.realpath(photo)
            if real not in seen:
                seen.add(real)
                found.photos.append(photo)
                found.classes.update({} if name is None else {photo: name})
    if not found.photos:
        raise OptionError(_empty(found.empty[0]))
    return found


def _in_folder(folder, found):
    """Returns `{path: name of its class or None}` of the photographs in a folder, and tells what was not taken."""
    direct = _pictures(folder.iterdir())
    inner = sorted(one for one in folder.iterdir() if os.path.isdir(one) and not one.name.startswith("."))
    within = {one: _pictures(one.iterdir()) for one in inner}
    holding = [one.name for one, photos in within.items() if photos]
    if direct:
        if holding:
            others = f"not those in its folders ({_some(holding)}); for these give '{folder}/*/'"
            found.notes.append(f"of '{folder}' the photographs in it are taken, {others}.")
        return dict.fromkeys(direct)
    if not holding:
        found.empty.append(folder)
        return {}
    found.roots[folder] = [one.name for one in inner]
    bare = [one.name for one, photos in within.items() if not photos]
    if bare:
        found.notes.append(f"no photograph lies in {_some(bare)} of '{folder}'.")
    return {photo: one.name for one, photos in within.items() for photo in photos}


def _some(names):
    return ", ".join(names if len(names) <= 4 else [*names[:3], f"and {len(names) - 3} more"])


def _pictures(paths):
    return sorted(
        path
        for path in paths
        if path.suffix.lower() in _ENDINGS and not path.name.startswith(".") and not os.path.isdir(path)
    )


def _empty(folder):
    inner = any(os.path.isdir(entry) for entry in folder.iterdir())
    deeper = f" or in the folders in it; for those deeper below give '{folder}/**'" if inner else ""
    return f"expected photographs, received the folder '{folder}' without any in it{deeper}."


def _nothing(pattern):
    path = Path(pattern)
    if glob.has_magic(pattern):
        return f"expected photographs, received '{pattern}', which fits none."
    beside = os.listdir(path.parent) if os.path.isdir(path.parent) else []
    hint = f"; {near(path.name, beside)}" if beside else "."
    return f"expected a photograph, a folder or a glob, received '{pattern}', which does not exist{hint}"
