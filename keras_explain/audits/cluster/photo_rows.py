"""Photographs as rows of a Ray dataset: their paths travel, and workers read the files."""

import os

import numpy as np

_TASK = 8  # Batches at most that a worker gets at a time: what is done again if it is killed.


class PhotoRows:
    """How workers read photographs, as it was decided once for all of them.

    Attributes:
        named: Whether rows have names.
    """

    named = True

    def __init__(self, listed):
        """Keeps of the `Listed` photographs how they are read."""
        self._listed = listed.others([], [], {})

    def parts(self, rows, batch_size, done):
        """Yields the `Part`s of photographs of which these are rows.

        Args:
            rows: Columns of `photo_dataset`, as arrays.
            batch_size: Number of photographs of a part.
            done: Keys of photographs to leave out.
        """
        photos = [os.fsdecode(path) for path in rows["path"]]
        labels = {photo: (label, "") for photo, label in zip(photos, rows["label"].tolist()) if label >= 0}
        yield from self._listed.others(photos, list(rows["key"]), labels).parts(batch_size, done)


def photo_dataset(listed, batch_size, workers):
    """Returns a Ray dataset of the paths of photographs, and how many a worker gets at a time.

    Args:
        listed: The `Listed` photographs.
        batch_size: Number of photographs in memory at a time.
        workers: Number of workers.
    """
    import pyarrow as pa
    import ray.data

    photos, known = listed.found.photos, listed.truth.labels
    columns = {
        "key": pa.array(listed.keys, pa.string()),
        "path": pa.array([os.fsencode(os.path.abspath(photo)) for photo in photos], pa.binary()),
        "label": np.array([known.get(photo, (-1,))[0] for photo in photos], np.int32),
    }
    table, batches = pa.table(columns), -(-len(photos) // batch_size)
    size = batch_size * max(1, min(_TASK, batches // workers))
    return ray.data.from_arrow([table[start : start + size] for start in range(0, len(photos), size)]), size
