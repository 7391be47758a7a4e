"""Which images an audit holds already."""

import numpy as np

from keras_explain.errors import InputError, brief


class Seen:
    """The images of the rows that stand, by their names, or where they have none by their order.

    Attributes:
        keys: The names of those that stood at the start; empty where images have none.
        rows: Number of rows, new ones included.
        checksums: Those of the images that stood at the start; empty where they have names.
    """

    def __init__(self, shards, named):
        """Reads what stands.

        Args:
            shards: The shards.
            named: Whether images have names.
        """
        tables = [shard.table for shard in shards]
        self.rows, self._named = sum(table.num_rows for table in tables), named
        self.keys = frozenset(key for table in tables for key in table["key"].to_pylist()) if named else frozenset()
        checksums = [] if named else [np.array(table["checksum"].to_pylist(), "S16") for table in tables]
        self._checksums = np.concatenate(checksums) if checksums else np.empty(0, "S16")
        self.checksums = frozenset(map(bytes.decode, self._checksums.tolist()))
        self._broken, self._new = {key for shard in shards for key, _ in shard.broken}, set()

    def missing(self, start, keys, checksums):
        """Returns the indices of the images among some that have no row yet.

        Args:
            start: The number of the first in the data.
            keys: Their names.
            checksums: Of each.

        Raises:
            InputError: If they came in another order before, or two have one name.
        """
        if self._named:
            twice = [key for i, key in enumerate(keys) if key in self._new or key in keys[:i]]
            if twice:
                raise InputError(f"expected keys= that differ from each other, received {brief(twice[0])} twice.")
            return [i for i, key in enumerate(keys) if key not in self.keys]
        before = self._checksums[start : start + len(keys)]
        other = np.flatnonzero(before != np.array(checksums[: len(before)], "S16"))
        if len(other):
            raise InputError(
                f"expected the images in the order in which they came before, received another one as number "
                f"{start + other[0]}; don't shuffle them anew, or give each a name by keys=."
            )
        return list(range(len(before), len(keys)))

    def new(self, keys, broken):
        """Counts rows that are added, and returns those of the broken images that aren't listed yet.

        Args:
            keys: The names of the rows.
            broken: `(key, reason)` of the broken images.
        """
        self.rows += len(keys)
        self._new.update(keys if self._named else ())
        listed = [(key, why) for key, why in broken if key not in self._broken]
        self._broken.update(key for key, _ in listed)
        return listed
