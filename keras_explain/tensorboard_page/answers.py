"""What the page asks of a log, answered as JSON can hold it or as bytes: pure functions, wherever it is served from."""

import contextlib
import functools
import io

import numpy as np
from PIL import Image

from keras_explain.errors import InputError
from keras_explain.tensorboard_page.looks import colors, difference, looks
from keras_explain.tensorboard_page.numbers import columns, numbers
from keras_explain.tensorboard_page.packet import packet
from keras_explain.training_log.run_log import step_at

BLOCK = 16  # Images whose maps travel together.
_LARGEST = 2**24  # Bytes of maps in one answer.
_CRISP = 128


def about(log):
    """Returns what is to be known of a `Logged`, as JSON can hold it."""
    inputs, shown, last = log.inputs, looks(log.inputs), _last(log)
    height, width = _size(inputs.pictures[0])
    height //= inputs.frames
    return {
        "id": inputs.id,
        "captions": inputs.captions,
        "labels": inputs.labels,
        "class_names": inputs.class_names,
        "by_epoch": inputs.by_epoch,
        "picture": [height, width],
        "frames": inputs.frames,
        "crisp": max(height, width) < _CRISP,
        "methods": [
            {"key": key, **told, **shown[key], "bytes": last.bytes_of(key) if last else 0}
            for key, told in inputs.methods.items()
        ],
        "difference": difference(),
        "colors": colors(),
        "columns": columns(inputs.methods),
        "block": BLOCK,
        "steps": list(log.steps),
        "restarts": log.restarts,
    }


def tables(log, steps):
    """Returns the numbers of steps and images as a `packet`, float32 `(S, N, columns)`."""
    found = [_table(log.steps[step], log.inputs) for step in steps]
    return packet({"steps": steps, "shape": [len(steps), len(log.inputs), len(columns(log.inputs.methods))]}, *found)


def lines(log, steps, images):
    """Returns the means of the numbers over images as a `packet`, float32 `(S, columns)`, NaN where nothing is known.

    The share of those that are right stands in the place of the predicted class.
    """
    labels = np.array([np.nan if label is None else label for label in log.inputs.labels], np.float32)
    rows = []
    for step in steps:
        table = _table(log.steps[step], log.inputs).copy()
        known = np.isfinite(labels) & np.isfinite(table[:, 0])
        table[:, 0] = np.where(known, table[:, 0] == labels, np.nan)
        rows.append(_means(table[images]))
    return packet({"steps": steps, "shape": [len(steps), len(columns(log.inputs.methods))]}, *rows)


def maps(log, steps, method, block, most=_LARGEST):
    """Returns maps of a method as a `packet`: their scales, float32 `(S, n)`, then their codes, `(S, n, h, w, C)`.

    Those of clips are `(S, n, t, h, w, C)`.

    A step without such maps has scales that are NaN.

    Args:
        log: The `Logged`.
        steps: Which steps.
        method: The method's key.
        block: The number of the block of images.
        most: Bytes of maps in one answer at most.

    Raises:
        InputError: If they are too many for one answer.
    """
    images = slice(BLOCK * block, BLOCK * (block + 1))
    found = [_codes(log.steps[step], method) for step in steps]
    sizes = [codes[0].shape[1:] for codes in found if codes is not None]
    count = len(log.inputs.pictures[images])
    size = sizes[-1] if sizes else (1, 1, 1)
    kind = next(
        (codes[0].dtype for codes in found if codes is not None and codes[0].shape[1:] == size), np.dtype("int8")
    )
    if len(size) != (3 if log.inputs.frames == 1 else 4):
        raise InputError("expected maps of images or of clips, received those of time series.")
    if len(steps) * count * int(np.prod(size)) * kind.itemsize > most:
        raise InputError(f"expected maps of up to {most:,} bytes at once, asked for more; ask for fewer steps.")
    scales = np.full((len(steps), count), np.nan, np.float32)
    codes = np.zeros((len(steps), count, *size), kind)
    for place, one in enumerate(found):
        if one is not None and one[0].shape == (len(log.inputs), *size) and one[0].dtype == kind:
            codes[place], scales[place] = one[0][images], one[1][images]
    index = {"steps": steps, "shape": codes.shape, "kind": kind.name}
    return packet(index, scales, codes)


def picture(log, image):
    """Returns `(bytes, media type)` of an image."""
    data = log.inputs.pictures[image]
    return data, "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"


def _last(log):
    """Returns the last step that can be read, None if there is none among the last few."""
    for place in list(log.steps.values())[:-4:-1]:
        with contextlib.suppress(InputError):
            return _step(place)
    return None


@functools.lru_cache(maxsize=16)
def _step(place):
    return step_at(place)


@functools.lru_cache(maxsize=8192)
def _table(place, inputs):
    try:
        return numbers(step_at(place), inputs)
    except InputError:  # what is broken has no numbers
        return np.full((len(inputs), len(columns(inputs.methods))), np.nan, np.float32)


def _codes(place, method):
    try:
        return _step(place).codes(method)
    except InputError:
        return None


def _means(table):
    known = np.isfinite(table)
    count = known.sum(axis=0)
    total = np.where(known, table, 0).sum(axis=0, dtype=np.float64)
    return np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0).astype(np.float32)


def _size(data):
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.height, image.width
    except (OSError, ValueError) as error:
        raise InputError("expected the images of the log, received them broken.") from error
