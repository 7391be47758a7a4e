"""Rows of an audit as explained photographs."""

import os
from pathlib import Path

import numpy as np

from keras_explain.errors import InputError, OptionError, brief
from keras_explain.maps import fitted
from keras_explain.methods.table import METHODS
from keras_explain.photographs.reading import read_photo
from keras_explain.report.explanation import Explanation
from keras_explain.visual.look import LOOKS
from keras_explain.visual.picture import showable

SIDE = 224  # Pixels of the longer side of a photograph that a map is laid over, if that isn't known.


def pictures(images, keys):
    """Returns the function that gives the photograph of a row: a path, or pixels; None if there are none."""
    if images is None:
        return lambda row: None
    if callable(images):
        return lambda row: images(keys[row])
    if isinstance(images, (str, os.PathLike)):
        return lambda row: Path(images) / keys[row]
    if not hasattr(images, "shape") or len(images) != len(keys):
        raise OptionError(
            f"expected images= as the folder, a function of keys, or an array of {len(keys)} images, received "
            f"{brief(images)}."
        )
    return lambda row: np.asarray(images[row])


def explanation(audit, rows, originals):
    """Returns the `Explanation` of some rows, of what an audit holds."""
    shown = list(_shown(originals, audit.maps[rows[0]].shape))
    sizes = {one.shape for one in shown}
    if len(sizes) > 1:
        raise InputError(f"expected images= of one size, as they were audited, received {brief(sorted(sizes))}.")
    shown = np.stack(shown)
    table, key = audit.table.take(rows), audit.manifest["method"]
    maps = fitted(np.asarray([audit.maps[row] for row in rows], np.float32)[..., np.newaxis], shown.shape[1:3])
    looks = looks_of(audit)
    return Explanation(
        images=shown,
        shown=shown,
        targets=table["target"].fill_null(-1).to_numpy().astype(np.int32),
        scores=np.array(table["score"].to_numpy(), np.float32),
        probabilities=_probabilities(table, len(audit.class_names)),
        maps={key: maps},
        titles={key: audit.manifest["title"]},
        layers={} if audit.manifest["layer"] is None else {key: audit.manifest["layer"]},
        left_out={},
        class_names=audit.class_names,
        settings={"model": audit.manifest["model"]},
        versions={},
        labels=audit.labels[rows],
        **{look: (key,) if looks[look] else () for look in LOOKS},
    )


def looks_of(audit):
    """Returns how an audit's maps are drawn, see `visual.look`."""
    method = METHODS.get(audit.manifest["method"])
    looks = {look: bool(getattr(method, look, False)) for look in LOOKS}
    return {**looks, "signed": audit.manifest["signed"]}


def _probabilities(table, classes):
    """Returns the probabilities that are known, those of the most probable classes; None if there are none."""
    found = np.zeros((table.num_rows, classes), np.float32)
    for row, tops, shares in zip(found, table["top_classes"].to_pylist(), table["top_probabilities"].to_pylist()):
        if tops is None:
            return None
        row[tops] = shares
    return found


def _shown(originals, grid):
    """Yields pictures of one size, uint8 `(H, W, 3)`: gray where there is no photograph."""
    scale = max(1, round(SIDE / max(grid)))
    size = tuple(side * scale for side in grid)
    for one in originals:
        if one is None:
            yield np.full((*size, 3), 128, np.uint8)
        elif isinstance(one, np.ndarray):
            yield showable(one[np.newaxis])[0]
        else:
            yield read_photo(one, 3, size)[0]
