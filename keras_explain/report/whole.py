"""Data that are read part by part, as the images that an explanation holds."""

import os
from typing import NamedTuple

import keras
import numpy as np

from keras_explain.errors import InputError, brief
from keras_explain.methods.checked_parts import checked_parts, is_stream
from keras_explain.photographs.photographs import Photographs

_READ = 32  # Images at a time.


class Whole(NamedTuple):
    """Images as a user may hand them in at once.

    Attributes:
        images: `(N, *spatial, C)`, the structure of all inputs.
        labels: The true class of each, None where it isn't known; None without any.
        class_names: The name of each class, None if the data tell none.
    """

    images: object
    labels: object = None
    class_names: list | None = None


def whole(data, compiled, class_names=None):
    """Returns the `Whole` of data of any kind; images as arrays as they are.

    Args:
        data: Images as arrays, or what `is_stream`.
        compiled: The `Compiled` function that will be asked.
        class_names: The name of each class, by which folders are classes; None if it isn't given.

    Raises:
        InputError: If an image can't be read or isn't finite, they don't fit the model, or there are none.
        OptionError: If photographs can't be brought into the form that the model takes.
    """
    if not is_stream(data):
        return Whole(data)
    names = None
    if isinstance(data, (str, os.PathLike)):
        data = Photographs(data)
    if isinstance(data, Photographs):
        data = data.listed(compiled.request.model, compiled.classes, class_names)
        names = data.truth.names
    parts = list(checked_parts(data, compiled, _READ))
    for key, why in (one for part in parts for one in part.broken):
        raise InputError(
            f"expected images that can all be explained, received {brief(key)}: {why.removesuffix('.')}; kx.audit and "
            "explainer.stream leave such out and list them."
        )
    if not parts:
        raise InputError("expected data of at least one image, received none.")
    labels = None if parts[0].labels is None else [None if one < 0 else one for part in parts for one in part.labels]
    return Whole(_joined([part.batch.inputs for part in parts]), labels, names)


def _joined(parts):
    try:
        return keras.tree.map_structure(lambda *leaves: np.concatenate(leaves), *parts)
    except ValueError:
        sizes = sorted({keras.tree.flatten(part)[0].shape[1:] for part in parts})
        raise InputError(
            f"expected images of one size, received batches of shapes {brief(sizes)}; resize them, as "
            "kx.Photographs(folder, size=) does, or explain them batch by batch."
        ) from None
