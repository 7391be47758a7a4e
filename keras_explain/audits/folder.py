"""The folder of an audit: a manifest, and shards that are written whole, in order, by one process at a time.

`rows/00000.parquet` is written last of a shard: where it stands, `maps/00000.npy`, `features/00000.npy` and, if there
was something to list, `broken/00000.parquet` stand as well.
"""

import contextlib
import functools
import io
import json
import os
from pathlib import Path

import numpy as np

from keras_explain.audits.manifest import KIND
from keras_explain.checks.options import check_path
from keras_explain.errors import InputError, OptionError
from keras_explain.storage.folders import MANIFEST, quoted, read_manifest
from keras_explain.storage.lock import locked
from keras_explain.storage.whole_file import remove_drafts, write_whole

_LOCK = ".lock"
_ROOMS = ("broken", "features", "maps", "rows")  # In the order in which a shard's files are written.
_FREE = ("model", "versions")  # Keras numbers the names of models that have none.
_TOLD = {"fingerprint": "weights", "data": "preparation of photographs"}


class Folder:
    """The folder of an audit that is being written.

    Attributes:
        path: Its path.
        manifest: What was asked, None before it is known.
    """

    def __init__(self, path, manifest):
        self.path, self.manifest, self._count = path, manifest, len(stored_numbers(path))

    def shards(self):
        """Returns the shards that stand there."""
        return [Stored(self.path, number) for number in range(self._count)]

    def begin(self, manifest):
        """Writes the manifest of an audit, or refuses to go on with another one.

        Raises:
            OptionError: If the folder holds the audit of another model or other options, or can't be written.
        """
        manifest = json.loads(json.dumps(manifest))
        for name, value in manifest.items() if self.manifest is not None else ():
            if name not in _FREE and self.manifest.get(name) != value:
                raise OptionError(
                    f"expected a folder for this audit, received {quoted(self.path)}, which holds one with other "
                    f"{_TOLD.get(name, name.replace('_', ' '))}; choose another."
                )
        if self.manifest is None:
            self._write({**manifest, "complete": False})

    def append(self, shard):
        """Writes a `Shard`, all of it or nothing.

        Raises:
            OptionError: If it can't be written, as on a full disk.
        """
        import pyarrow as pa

        if self.manifest["complete"]:
            self._write({**self.manifest, "complete": False})
        files = {"maps": _npy(shard.maps), "features": _npy(shard.features), "rows": _parquet(shard.table)}
        if shard.broken:
            columns = {"key": [key for key, _ in shard.broken], "reason": [why for _, why in shard.broken]}
            files["broken"] = _parquet(pa.table(columns, pa.schema([("key", pa.string()), ("reason", pa.string())])))
        paths = {room: _path(self.path, room, self._count) for room in _ROOMS if files.get(room) is not None}
        try:
            with _told(self.path):
                for room, path in paths.items():
                    path.parent.mkdir(exist_ok=True)
                    write_whole(path, files[room])
        except BaseException:
            if not paths["rows"].exists():
                for path in paths.values():
                    path.unlink(missing_ok=True)
            raise
        self._count += 1

    def complete(self):
        """Notes that all of the data has been seen."""
        if not self.manifest["complete"]:
            self._write({**self.manifest, "complete": True})

    def _write(self, manifest):
        with _told(self.path):
            write_whole(self.path / MANIFEST, json.dumps(manifest, indent=1).encode())
        self.manifest = manifest


class Stored:
    """A shard in a folder, with the attributes of a `Shard`: each part is read when it is asked for."""

    def __init__(self, folder, number):
        self._folder, self._number = folder, number

    @functools.cached_property
    def table(self):
        return _read_parquet(self._path("rows"))

    @property
    def maps(self):
        return self._array("maps")

    @property
    def features(self):
        return self._array("features")

    @property
    def broken(self):
        path = self._path("broken")
        return [(row["key"], row["reason"]) for row in _read_parquet(path).to_pylist()] if path.exists() else []

    def _path(self, room):
        return _path(self._folder, room, self._number)

    def _array(self, room):
        """Returns an array as the disk has it, mapped into memory; None if there is none."""
        try:
            return np.load(self._path(room), mmap_mode="r", allow_pickle=False)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, EOFError) as error:
            raise _broken_file(self._path(room), error) from None


@contextlib.contextmanager
def audit_folder(path):
    """Gives the `Folder` at a path to write into, and to nobody else meanwhile.

    Raises:
        OptionError: If there is something else at that path, it can't be written, or another process writes there.
    """
    path = check_audit_folder(path)
    with _told(path):
        path.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        with _told(path):
            stack.enter_context(locked(path / _LOCK, f"audits into {quoted(path)}"))
            for folder in (path, *(path / room for room in _ROOMS)):
                remove_drafts(folder)
        yield Folder(path, audit_manifest(path) if (path / MANIFEST).exists() else None)


def check_audit_folder(path):
    """Returns the path of a folder that is new, empty or an audit's.

    Raises:
        OptionError: If there is something else.
    """
    path = Path(check_path(path, "out="))
    own = {_LOCK, MANIFEST, *_ROOMS, f"{MANIFEST}.part"}
    with _told(path):
        there = path.iterdir() if os.path.lexists(path) else ()
        other = next((entry.name for entry in there if entry.name not in own), None)
    if other is not None:
        raise OptionError(
            f"expected a new folder, or that of this audit, received {quoted(path)}, which holds {quoted(other)}; "
            "choose another."
        )
    return path


def audit_manifest(path):
    """Returns the manifest of an audit's folder.

    Raises:
        InputError: If it holds none.
    """
    manifest = read_manifest(path, KIND)
    names = {"complete": bool, "class_names": list, "title": str, "signed": bool}
    wrong = [name for name, kind in names.items() if not isinstance(manifest.get(name), kind)]
    if wrong:
        raise InputError(f"expected the folder of an audit, received {quoted(path)}; its manifest has no {wrong[0]}.")
    return manifest


def stored_numbers(path):
    """Returns the numbers of the shards in a folder, from 0 on without a gap."""
    count = 0
    while _path(path, "rows", count).exists():
        count += 1
    return range(count)


def _path(folder, room, number):
    return folder / room / f"{number:05d}.{'npy' if room in ('maps', 'features') else 'parquet'}"


def _npy(array):
    if array is None:
        return None
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getbuffer()


def _parquet(table):
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getbuffer()


def _read_parquet(path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path).read()
    except (OSError, pa.ArrowException) as error:
        raise _broken_file(path, error) from None


def _broken_file(path, error):
    return InputError(f"expected a file of an audit at {quoted(path)}, which can't be read: {error}")


@contextlib.contextmanager
def _told(path):
    try:
        yield
    except OSError as error:
        what = error.strerror or error
        raise OptionError(
            f"expected a folder that can be written, received {quoted(path)}; {what}. What it holds is whole."
        ) from None
