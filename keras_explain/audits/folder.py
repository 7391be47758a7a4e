"""The folder of an audit: a manifest, and shards that are written whole, in order, by one process at a time.

`rows/00000.parquet` is written last of a shard: where it stands, `maps/00000.npy`, `features/00000.npy` and, if there
was something to list, `broken/00000.parquet` stand as well.
"""

import contextlib
import io
import json
import os
from pathlib import Path

import numpy as np

from keras_explain.audits.stored import ROOMS, audit_manifest, shard_path, stored_shards
from keras_explain.checks.options import check_path
from keras_explain.errors import OptionError
from keras_explain.storage.folders import MANIFEST, quoted
from keras_explain.storage.lock import locked
from keras_explain.storage.whole_file import remove_drafts, write_whole

_LOCK = ".lock"
_FREE = ("model", "versions")  # Keras numbers the names of models that have none.
_TOLD = {"fingerprint": "weights", "data": "preparation of photographs"}


class Folder:
    """The folder of an audit that is being written.

    Attributes:
        path: Its path.
        manifest: What was asked, None before it is known.
    """

    def __init__(self, path, manifest):
        self.path, self.manifest, self._count = path, manifest, len(stored_shards(path))

    def shards(self):
        """Returns the shards that stand there."""
        return stored_shards(self.path)

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
        paths = {room: shard_path(self.path, room, self._count) for room in ROOMS if files.get(room) is not None}
        try:
            with _told(self.path):
                for room in ROOMS:  # a killed process may have begun this shard, of data that were fewer
                    shard_path(self.path, room, self._count).unlink(missing_ok=True)
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
            for folder in (path, *(path / room for room in ROOMS)):
                remove_drafts(folder)
        yield Folder(path, audit_manifest(path) if (path / MANIFEST).exists() else None)


def check_audit_folder(path):
    """Returns the path of a folder that is new, empty or an audit's.

    Raises:
        OptionError: If there is something else.
    """
    path = Path(check_path(path, "out="))
    own = {_LOCK, MANIFEST, *ROOMS, f"{MANIFEST}.part"}
    with _told(path):
        there = path.iterdir() if os.path.lexists(path) else ()
        other = next((entry.name for entry in there if entry.name not in own), None)
    if other is not None:
        raise OptionError(
            f"expected a new folder, or that of this audit, received {quoted(path)}, which holds {quoted(other)}; "
            "choose another."
        )
    return path


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


@contextlib.contextmanager
def _told(path):
    try:
        yield
    except OSError as error:
        what = error.strerror or error
        raise OptionError(
            f"expected a folder that can be written, received {quoted(path)}; {what}. What it holds is whole."
        ) from None
