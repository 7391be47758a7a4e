"""An audit that is kept in memory, with what the folder of one does."""


class Memory:
    """The shards of an audit, and its manifest, None before it is known."""

    def __init__(self):
        self.manifest, self._shards = None, []

    def shards(self):
        """Returns the shards so far."""
        return list(self._shards)

    def begin(self, manifest):
        """Takes the manifest."""
        self.manifest = {**manifest, "complete": False}

    def append(self, shard):
        """Takes a `Shard`."""
        self._shards.append(shard)

    def complete(self):
        """Notes that all of the data has been seen."""
        self.manifest = {**self.manifest, "complete": True}
