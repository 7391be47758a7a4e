"""Shards of an audit as they stand in its folder, each part read when it is asked for."""

import functools

import numpy as np

from keras_explain.audits.manifest import KIND
from keras_explain.errors import InputError
from keras_explain.storage.folders import quoted, read_manifest

ROOMS = ("broken", "features", "maps", "rows")  # In the order in which a shard's files are written.
_ARRAYS = ("features", "maps")


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
        return shard_path(self._folder, room, self._number)

    def _array(self, room):
        """Returns an array as the disk has it, mapped into memory; None if there is none."""
        try:
            return np.load(self._path(room), mmap_mode="r", allow_pickle=False)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, EOFError) as error:
            raise _broken_file(self._path(room), error) from None


def audit_manifest(path):
    """Returns the manifest of an audit's folder.

    Raises:
        InputError: If it holds none.
    """
    manifest = read_manifest(path, KIND)
    names = {"complete": bool, "class_names": list, "title": str, "signed": bool, "features": list}
    wrong = [name for name, kind in names.items() if not isinstance(manifest.get(name), kind)]
    if wrong:
        raise InputError(f"expected the folder of an audit, received {quoted(path)}; its manifest has no {wrong[0]}.")
    return manifest


def stored_shards(path):
    """Returns the shards that stand in a folder, from number 0 on without a gap."""
    count = 0
    while shard_path(path, "rows", count).exists():
        count += 1
    return [Stored(path, number) for number in range(count)]


def shard_path(folder, room, number):
    """Returns the path of a shard's file in one of the `ROOMS`."""
    return folder / room / f"{number:05d}.{'npy' if room in _ARRAYS else 'parquet'}"


def _read_parquet(path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path).read()
    except (OSError, pa.ArrowException) as error:
        raise _broken_file(path, error) from None


def _broken_file(path, error):
    return InputError(f"expected a file of an audit at {quoted(path)}, which can't be read: {error}")
