"""Which photographs are meant by files, folders and globs, and what their results are called."""

import collections
import glob
from pathlib import Path

from keras_explain.errors import OptionError, near

_ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")


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
        if path.is_dir():
            photos = _pictures(path.iterdir())
        elif path.exists():
            photos = [path]
        else:
            photos = _pictures(map(Path, glob.glob(pattern, recursive=True)))
        if not photos:
            raise OptionError(_nothing(pattern))
        for photo in photos:
            found.setdefault(photo.resolve(), photo)
    return list(found.values())


def result_names(photos):
    """Returns a name for the results of each photograph, none twice: its own without the ending, if that will do.

    Photographs of one name keep the ending, or get those of the folders above in front.
    """
    names = [photo.stem for photo in photos]
    for depth in range(1, max(len(photo.parts) for photo in photos) + 2):
        count = collections.Counter(name.casefold() for name in names)
        if max(count.values()) == 1:
            return names
        names = [
            name if count[name.casefold()] == 1 else "_".join(part for part in photo.parts[-depth:] if part != "/")
            for name, photo in zip(names, photos)
        ]
    return [f"{name}_{number}" for number, name in enumerate(names)]


def _pictures(paths):
    return sorted(
        path
        for path in paths
        if path.suffix.lower() in _ENDINGS and not path.name.startswith(".") and not path.is_dir()
    )


def _nothing(pattern):
    path = Path(pattern)
    if path.is_dir():
        deeper = f"; for those in the folders below give '{path}/**'" if any(p.is_dir() for p in path.iterdir()) else ""
        return f"expected photographs, received the folder '{path}' without any{deeper}."
    if glob.has_magic(pattern):
        return f"expected photographs, received '{pattern}', which fits none."
    beside = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
    hint = f"; {near(path.name, beside)}" if beside else "."
    return f"expected a photograph, a folder or a glob, received '{pattern}', which does not exist{hint}"
