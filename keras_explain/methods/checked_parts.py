"""Data of any kind and length as batches that were checked, each with the names, labels and targets of its images."""

import dataclasses
import os

import keras
import numpy as np

from keras_explain.checks.arrays import as_array, rank
from keras_explain.checks.options import check_count
from keras_explain.errors import InputError, OptionError, TargetError, brief
from keras_explain.inputs.batch import Batch
from keras_explain.inputs.images import image_array, parts_of
from keras_explain.inputs.labels import explained_labels
from keras_explain.inputs.stream import InOrder, Part, batch_parts, is_read_once
from keras_explain.inputs.true_classes import told_classes
from keras_explain.photographs.photographs import Listed, Photographs


@dataclasses.dataclass(frozen=True, eq=False)
class Checked:
    """Some images of a stream, as they passed the door.

    Attributes:
        batch: The `Batch`; None if none of them could be read.
        keys: The name of each, or its number in the stream.
        numbers: int `(N,)`, the number of each in the stream.
        labels: int32 `(N,)`, the class that each shows, -1 where it isn't known; None if there are no labels.
        broken: `(key, reason)` of those since the images before that could not be read, or aren't finite.
    """

    batch: Batch | None
    keys: list
    numbers: np.ndarray
    labels: np.ndarray | None
    broken: tuple


def is_stream(data):
    """Tells data that are read part by part, rather than images as arrays: datasets, generators, photographs."""
    return isinstance(data, (str, os.PathLike, Photographs, Listed)) or is_read_once(data)


def checked_parts(data, compiled, batch_size, target=None, *, labels=None, keys=None, count=None, done=frozenset()):
    """Yields data as `Checked` parts, of which one is in memory at a time.

    Args:
        data: Images as arrays, or what `is_stream`: a batched `tf.data.Dataset` or `keras.utils.PyDataset`, a generator
            of batches, the path of a folder, `Photographs`, or those `Listed`.
        compiled: The `Compiled` function that will be asked.
        batch_size: Number of images of a part of arrays and photographs; a dataset's batches are taken as they are.
        target: None, an int, or one int an image.
        labels: One an image, None where it isn't known; the data's own by default, False for none.
        keys: The name of each image; by default its path in the folder, or its number.
        count: How many images to take, the first ones; all by default.
        done: Keys of photographs that aren't to be read.

    Raises:
        InputError: If the images don't fit the model, or the data have no end and no `count`.
        TargetError: If the targets don't fit the images or the classes.
        OptionError: If an option is outside of what it allows.
    """
    left = None if count is None else check_count(count, "count")
    each = {"labels": _in_order(None if labels is False else labels, "labels="), "keys": _named(keys)}
    if target is not None and not callable(target) and rank(target, "targets", TargetError):
        each["targets"] = _in_order(target, "target=", TargetError)
    parts, seen = _parts(data, compiled, batch_size, any(each.values()), left is not None, done), 0
    for part in parts:
        part = part if left is None else part[:left]
        taken = {name: values and values.take(len(part)) for name, values in each.items()}
        names = taken["keys"] or part.keys or [str(seen + i) for i in range(len(part))]
        given = None if labels is False else part.labels if taken["labels"] is None else taken["labels"]
        whole = Part(part.images, given, names, part.broken)
        yield checked(whole, taken.get("targets", target), seen, compiled)
        seen += len(part)
        left = None if left is None else left - len(part)
        if left == 0:
            return
    for values in filter(None, each.values()):
        values.end()


def checked(part, target, start, compiled):
    """Returns a part as `Checked`; its images that aren't finite are broken, unless the stream begins with no others.

    Args:
        part: The `Part`, with a key an image.
        target: None, an int, or one int an image.
        start: The number of its first image.
        compiled: The `Compiled` function that will be asked.
    """
    numbers, broken = np.arange(len(part)), list(part.broken)
    try:
        batch = compiled.batch(part.images, target) if len(part) else None
    except InputError:
        finite = _finite(part.images)
        if finite.all() or not (finite.any() or start):
            raise
        numbers = np.flatnonzero(finite)
        broken += [(part.keys[i], "it holds NaN or infinity.") for i in np.flatnonzero(~finite)]
        target = target[numbers] if isinstance(target, np.ndarray) and target.ndim else target
        part = part[numbers]
        batch = compiled.batch(part.images, target) if len(part) else None
    return Checked(batch, part.keys, start + numbers, _classes(part.labels, len(part), compiled), tuple(broken))


def _finite(images):
    """Returns which images hold finite numbers alone in all inputs, bool `(N,)`."""
    leaves = [leaf for leaf in keras.tree.flatten(images) if leaf.dtype.kind == "f"]
    each = [np.isfinite(leaf).all(axis=tuple(range(1, leaf.ndim))) for leaf in leaves]
    return np.logical_and.reduce(each) if each else np.ones(len(keras.tree.flatten(images)[0]), bool)


def _parts(data, compiled, size, ordered, endless, done):
    """Yields the `Part`s of data of any kind."""
    if isinstance(data, (str, os.PathLike)):
        data = Photographs(data)
    if isinstance(data, Photographs):
        data = data.listed(compiled.request.model, compiled.classes)
    if isinstance(data, Listed):
        if ordered:
            raise OptionError("expected no labels=, keys= or targets in order beside photographs, which have names.")
        yield from data.parts(size, done)
    elif is_read_once(data):
        yield from batch_parts(data, endless)
    else:
        signature = compiled.signature or compiled.request.signature(data)
        for part in parts_of(data, size, signature):
            yield Part(keras.tree.map_structure_up_to(signature.structure, image_array, part))


def _in_order(values, name, kind=InputError):
    """Returns values of which there is one an image as `InOrder`, None of None."""
    if isinstance(values, (list, tuple)):
        values = [-1 if value is None else value for value in values]
    if values is None:
        return None
    array = as_array(values, name, kind)
    if array.ndim == 0:
        raise kind(f"expected {name} as one for each image, received {brief(values)}.")
    return InOrder(array, name, kind)


def _named(keys):
    """Returns the names of images as a list, None of None."""
    if keys is None:
        return None
    keys = keys.tolist() if isinstance(keys, np.ndarray) else keys
    if not isinstance(keys, (list, tuple)) or not all(isinstance(key, (str, os.PathLike)) for key in keys):
        raise OptionError(f"expected keys= as a text for each image, received {brief(keys)}.")
    return InOrder([str(key) for key in keys], "keys=")


def _classes(labels, count, compiled):
    request = compiled.request
    labels = explained_labels(labels, request.output, request.output_names)
    return told_classes(labels, count, compiled.classes)


def joined(parts):
    """Returns the maps, or other rows, of some batches as one array.

    Raises:
        InputError: If there is none, or they are of several sizes.
    """
    if not parts:
        raise InputError("expected data of at least one batch of images, received none.")
    try:
        return parts[0] if len(parts) == 1 else np.concatenate(parts)
    except ValueError:
        sizes = sorted({part.shape[1:] for part in parts})
        raise InputError(
            f"expected images of one size, received batches whose maps have the shapes {brief(sizes)}; resize them, or "
            "take them batch by batch: explainer.stream(data)."
        ) from None
