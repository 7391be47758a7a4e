"""What a folder of results says that it holds, and whether it is as it was written."""

import hashlib
import json
import os
import re
from pathlib import Path, PurePosixPath

from keras_explain.errors import InputError
from keras_explain.storage.regular import open_regular

MANIFEST = "manifest.json"
MOST_BYTES = 2**25  # Of a manifest: one of 300,000 pictures.
_DEEPEST = 32


def write_manifest(folder, kind, **entries):
    """Writes `manifest.json`: what the folder holds, the entries, the SHA-256 of each of its files, and its own.

    Raises:
        InputError: If the entries are nested so deeply that they could not be read back.
    """
    files = {name: _digest(folder / name) for name in sorted(_files(folder))}
    manifest = {"kind": kind, **entries, "files": files}
    manifest = json.loads(json.dumps(manifest))
    if _is_deep(manifest):
        raise InputError(f"expected entries of a manifest at most {_DEEPEST} deep in each other, received deeper ones.")
    (folder / MANIFEST).write_bytes(_sealed(manifest))


def read_manifest(folder, kind, max_bytes=MOST_BYTES):
    """Returns the manifest of a folder as a dictionary.

    Raises:
        InputError: If the folder holds no such thing, or the manifest has more bytes than `max_bytes`.
    """
    expected = f"expected a folder that holds {kind}, received {quoted(folder)}"
    try:
        manifest = json.loads(_manifest_bytes(folder, max_bytes).decode())
    except RecursionError:
        raise InputError(f"{expected}; its manifest is nested too deeply.") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{expected}; {getattr(error, 'strerror', None) or error}.") from None
    if not isinstance(manifest, dict) or manifest.get("kind") != kind:
        raise InputError(f"{expected}, whose manifest says otherwise.")
    if _is_deep(manifest):
        raise InputError(f"{expected}; its manifest is nested too deeply.")
    return manifest


def difference(folder, kind, own):
    """Returns how a folder differs from an empty one and from one that was written whole and left as it was.

    Args:
        folder: Path of something that exists.
        kind: What such a folder holds, as its manifest says.
        own: Regular expression of the names that are written into such folders: no other can be one of its files,
            whatever the manifest says.

    Returns:
        None if it doesn't; otherwise the end of a sentence. The first difference is enough: a large folder of somebody
        else's is not walked through.

    Raises:
        OSError: If something in it can't be read.
    """
    if os.path.islink(folder) or not os.path.isdir(folder):
        return "which is no folder"
    with os.scandir(folder) as entries:
        if next(entries, None) is None:
            return None
    try:
        files = written_files(folder, kind)
    except InputError as error:
        return str(error)
    other = next((name for name in files if not re.fullmatch(own, name)), None)
    if other is not None:
        return f"whose manifest lists {quoted(other)}, which is no file of {kind}"
    return _first_difference(folder, files)


def written_files(folder, kind):
    """Returns `{name: SHA-256}` of the files that were written into a folder with its manifest, without that.

    Raises:
        InputError: If it has no manifest, or not one as it was written, with how a sentence ends that says so.
        OSError: If the manifest can't be read.
    """
    if os.path.islink(folder / MANIFEST) or not os.path.isfile(folder / MANIFEST):
        raise InputError("which holds other files")
    try:
        text = _manifest_bytes(folder, MOST_BYTES)
        manifest = read_manifest(folder, kind)
    except (InputError, ValueError):
        raise InputError(f"which holds other files, as its {MANIFEST} says") from None
    files = manifest.get("files")
    if isinstance(files, list):
        raise InputError("which an earlier version saved, without what proves that it was left as it was")
    manifest.pop("sha256", None)
    if not isinstance(files, dict) or text != _sealed(manifest):
        raise InputError(f"whose {MANIFEST} was changed")
    return files


def is_unchanged(path, digest):
    """Tells whether a path is a file, no link, with that content."""
    try:
        return not os.path.islink(path) and _digest(path) == digest
    except OSError:
        return False


def quoted(path):
    """Returns a path or a name as a message shows it: whole, and in one line whatever is in it."""
    return repr(os.fspath(path))


def _first_difference(folder, files):
    inner = {str(above) for name in files for above in PurePosixPath(name).parents} - {"."}
    missing, waiting = {*files, MANIFEST}, [""]
    while waiting:
        below = waiting.pop()
        if not os.access(folder / below, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
            return f"whose files can't be replaced: {quoted(folder / below)} is read-only"
        with os.scandir(folder / below) as entries:
            for entry in entries:
                name = f"{below}/{entry.name}" if below else entry.name
                if entry.is_dir(follow_symlinks=False) and name in inner:
                    waiting.append(name)
                elif not entry.is_file(follow_symlinks=False) or name not in missing:
                    return f"which holds other files: {quoted(name)} was put there"
                else:
                    missing.remove(name)
    if missing:
        return f"in which {quoted(min(missing))} is missing"
    changed = (name for name, digest in files.items() if not is_unchanged(folder / name, digest))
    return next((f"in which {quoted(name)} was changed" for name in changed), None)


def _manifest_bytes(folder, most):
    with open_regular(Path(folder) / MANIFEST) as file:
        text = file.read(most + 1)
    if len(text) > most:
        raise ValueError(f"its {MANIFEST} has more than {most:,} bytes")
    return text


def _sealed(manifest):
    """Returns the bytes of a manifest with their own digest, as there is only one way to write it."""
    digest = hashlib.sha256(_encoded(manifest)).hexdigest()
    return _encoded({**manifest, "sha256": digest})


def _encoded(manifest):
    text = json.dumps(manifest, indent=1, ensure_ascii=False)
    # UTF-8 has no lone surrogates, as names of files that aren't UTF-8 are read with.
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def _digest(path):
    digest = hashlib.sha256()
    with open_regular(path) as file:
        while part := file.read(2**20):
            digest.update(part)
    return digest.hexdigest()


def _files(folder):
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()]


def _is_deep(value):
    """Tells whether lists and dictionaries lie so deep in each other that writing them again could fail."""
    level = [value]
    for _ in range(_DEEPEST):
        level = [part for one in level for part in (one.values() if isinstance(one, dict) else one)]
        level = [part for part in level if isinstance(part, (dict, list))]
    return bool(level)
