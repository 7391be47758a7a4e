"""Write a folder of results whole or not at all."""

import contextlib
import json
import shutil
import uuid
from pathlib import Path

from keras_explain.errors import InputError, OptionError

MANIFEST = "manifest.json"


@contextlib.contextmanager
def new_folder(folder, kind):
    """Gives a folder to write into, which becomes `folder` at the end, or is removed if anything fails.

    An empty folder is filled; one that was written in this way is replaced, if nothing was added to it.

    Args:
        folder: Path of the folder; those above it are made.
        kind: What it holds, as its manifest says.

    Raises:
        OptionError: If there is anything else at that path.
    """
    folder = Path(folder).absolute()
    if folder.exists() and not (folder.is_dir() and _replaceable(folder, kind)):
        raise OptionError(
            f"expected a new or empty folder, or {kind} that was saved before and left as it was, received '{folder}', "
            "which holds other files; choose another."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh, old = (folder.with_name(f".{folder.name}.{uuid.uuid4().hex}") for _ in range(2))
    try:
        fresh.mkdir()
        yield fresh
        if folder.exists():
            folder.rename(old)
        try:
            fresh.rename(folder)
        except BaseException:
            if old.exists():
                old.rename(folder)
            raise
    finally:
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)


def write_manifest(folder, kind, **entries):
    """Writes `manifest.json`: what the folder holds, the entries, and its files."""
    manifest = {"kind": kind, **entries, "files": sorted([*_files(folder), MANIFEST])}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False), "utf-8", "backslashreplace")


def read_manifest(folder, kind):
    """Returns the manifest of a folder as a dictionary.

    Raises:
        InputError: If the folder holds no such thing.
    """
    path = Path(folder) / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"expected a folder that holds {kind}, received '{folder}'; {error}.") from None
    if not isinstance(manifest, dict) or manifest.get("kind") != kind:
        raise InputError(f"expected a folder that holds {kind}, received '{folder}', whose manifest says otherwise.")
    return manifest


def _files(folder):
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()]


def _replaceable(folder, kind):
    files = sorted(_files(folder))
    if not any(folder.iterdir()):
        return True
    return MANIFEST in files and read_manifest(folder, kind)["files"] == files
