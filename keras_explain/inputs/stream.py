"""Data of any length as parts that are read one after the other and never held together."""

import collections.abc
import dataclasses

import keras
import numpy as np

from keras_explain.errors import InputError
from keras_explain.inputs.datasets import images_and_labels, is_dataset, read_batches


@dataclasses.dataclass(frozen=True, eq=False)
class Part:
    """Some images of a stream, as they were handed in.

    Attributes:
        images: Structure of arrays, N of each; None if none could be read.
        labels: Structure of arrays, N of each; None if there are none.
        keys: The name of each image; None if they have none but their number.
        broken: `(key, reason)` of the images since the part before that could not be read.
    """

    images: object
    labels: object = None
    keys: list | None = None
    broken: tuple = ()

    def __len__(self):
        return 0 if self.images is None else len(keras.tree.flatten(self.images)[0])

    def __getitem__(self, some):
        """Returns the images that a slice or an array of indices chooses, with what belongs to each."""
        keys = None if self.keys is None else [self.keys[i] for i in np.arange(len(self))[some]]
        return Part(rows_of(self.images, some), rows_of(self.labels, some), keys, self.broken)


def rows_of(values, some):
    """Returns some rows of each array of a structure, None of None."""
    return None if values is None else keras.tree.map_structure(lambda leaf: leaf[some], values)


def is_read_once(data):
    """Tells what is read batch by batch: a dataset, or a generator or another iterator of batches."""
    return isinstance(data, collections.abc.Iterator) or is_dataset(data)


def batch_parts(data, endless=False):
    """Yields the `Part`s of a dataset or an iterator: of each batch one.

    Args:
        data: What `is_read_once`.
        endless: Whether a dataset may have no end.

    Raises:
        InputError: If it isn't batched, or has no end and isn't allowed to have none.
    """
    if isinstance(data, collections.abc.Iterator):
        batches = map(images_and_labels, data)
    else:
        batches = read_batches(data, endless)
    for batch in batches:
        yield Part(*batch)


class InOrder:
    """One value an image of a stream whose length isn't known, handed out a batch at a time."""

    def __init__(self, values, name, kind=InputError):
        """Keeps the values.

        Args:
            values: A list or an array.
            name: What they are, for the message.
            kind: The error to raise.
        """
        self._values, self._name, self._kind, self._taken = values, name, kind, 0

    def take(self, count):
        """Returns the next values.

        Raises:
            InputError: If there are fewer, or the error of that `kind`.
        """
        taken = self._values[self._taken : self._taken + count]
        self._taken += count
        if len(taken) < count:
            raise self._refusal(f"{self._taken} images or more")
        return taken

    def end(self):
        """Refuses values that are left over.

        Raises:
            InputError: If there are some, or the error of that `kind`.
        """
        if self._taken < len(self._values):
            raise self._refusal(f"{self._taken} images")

    def _refusal(self, images):
        return self._kind(f"expected {self._name} for each image, received {len(self._values)} for {images}.")
