"""Rows of an audit in pieces: gathered until one is full, and then kept, in memory or in a folder."""

import dataclasses

import numpy as np

from keras_explain.audits.rows import arrow_table
from keras_explain.errors import InputError, brief


@dataclasses.dataclass(frozen=True, eq=False)
class Shard:
    """Some rows of an audit.

    Attributes:
        table: Their Arrow table.
        maps: float16 `(n, *spatial)`, packed; None if there are no rows.
        features: float16 `(n, units)`, packed; None if there are none.
        broken: `(key, reason)` of the images among them that could not be read.
    """

    table: object
    maps: np.ndarray | None
    features: np.ndarray | None
    broken: list


class Filling:
    """Rows that wait until they fill a shard."""

    def __init__(self, size, keep):
        """Holds none yet.

        Args:
            size: Number of rows of a shard.
            keep: Called with each `Shard`.
        """
        self._size, self._keep, self._columns, self._broken = size, keep, {}, []

    def add(self, columns, broken=()):
        """Takes rows, see `columns_of`, and keeps the shards that they fill.

        Raises:
            InputError: If their maps are of another size than those before.
        """
        self._broken += broken
        if not columns:
            return
        maps = self._columns.get("maps", columns["maps"])
        if maps.shape[1:] != columns["maps"].shape[1:]:
            raise InputError(
                f"expected images of one size, received some whose maps have the shapes {brief(maps.shape[1:])} and "
                f"{brief(columns['maps'].shape[1:])}; resize them: kx.Photographs(folder, size=...)."
            )
        for name, values in columns.items():
            self._columns[name] = _joined(self._columns[name], values) if name in self._columns else values
        while len(self._columns["key"]) >= self._size:
            self._put(self._size)

    def end(self):
        """Keeps what is left."""
        if self._broken or self._columns.get("key"):
            self._put(self._size)

    def _put(self, count):
        columns = {name: values[:count] for name, values in self._columns.items()}
        self._columns = {name: values[count:] for name, values in self._columns.items()}
        broken, self._broken = self._broken, []
        table = arrow_table(columns or {"key": []})
        self._keep(Shard(table, columns.get("maps"), columns.get("features"), broken))


def _joined(rows, more):
    return rows + more if isinstance(rows, list) else np.concatenate([rows, more])
