"""An audit as a page: what was found, and the images that show it."""

import os
from pathlib import Path

import numpy as np

from keras_explain.checks.options import check_flag
from keras_explain.errors import InputError, OptionError, brief
from keras_explain.maps import fitted
from keras_explain.methods.table import METHODS
from keras_explain.photographs.reading import read_photo
from keras_explain.report.explanation import Explanation
from keras_explain.report.page.files import new_page
from keras_explain.visual.look import LOOKS
from keras_explain.visual.picture import showable

_EACH = 12  # Images of a group.
_CLASSES = 25  # Classes that have groups of their own: those with the most images.
_SIDE = 224  # Pixels of the longer side of a photograph that a map is laid over, if that isn't known.
_LEAST = 5  # Classes that are told to be the least accurate.
_PART = 16  # Images in memory at a time.


def write_page(audit, path, images, crop):
    """Writes what `Audit.to_html` says.

    Args:
        audit: The `Audit`.
        path: Path of the file.
        images: See `Audit.to_html`.
        crop: See there.
    """
    if audit.maps is None or audit.maps[:1].ndim != 3:
        raise InputError("expected maps with height and width for a page, received others; table has the numbers.")
    crop, groups = check_flag(crop, "crop="), list(_groups(audit))
    rows, keys = list(dict.fromkeys(row for _, _, chosen in groups for row in chosen)), audit.keys
    pictures = _pictures(images, keys)
    with new_page(path) as page:
        page.summarize(_summary(audit))
        for start in range(0, len(rows), _PART):
            some = rows[start : start + _PART]
            originals = [pictures(row) for row in some]
            explanation = _explanation(audit, some, originals)
            on_disk = all(isinstance(one, (str, os.PathLike)) for one in originals)
            names = [keys[row] for row in some]
            page.add(explanation, names, originals if on_disk else None, crop and on_disk)
        place = {row: number for number, row in enumerate(rows)}
        for title, sentence, chosen in groups:
            page.group(sentence, [place[row] for row in chosen], title)


def _summary(audit):
    """Yields lines on the whole of the data."""
    yield str(audit)
    findings = audit.findings
    known = [one for one in findings.classes.values() if one.accuracy is not None]
    worst = sorted(known, key=lambda one: one.accuracy)[:_LEAST]
    if worst:
        yield f"Least accurate: {', '.join(f'{audit.class_names[one.label]} {one.accuracy:.0%}' for one in worst)}."
    if not findings:
        yield from str(findings).splitlines()


def _groups(audit):
    """Yields title, sentence and rows of what there is to look at: findings first, then examples of classes."""
    names, findings = audit.class_names, audit.findings
    for finding in findings:
        yield finding.sentence.partition(":")[0], finding.sentence, finding.rows[:_EACH].tolist()
    classes = sorted(findings.classes.values(), key=lambda one: -one.count)[:_CLASSES]
    for title, what, sentence in (
        ("Sure and wrong", "wrong", "Images that are surely taken for another class than the true one."),
        ("Right for a reason outside", "outside", "Recognized images whose map points out of the region."),
        ("Strangest of their class", "strangest", "Whose reason is least like that of the others of their class."),
        ("Typical of their class", "typical", "Whose reason is most like that of the others of their class."),
    ):
        rows = [row for one in classes for row in getattr(one, what)[: max(1, 4 * _EACH // len(classes))].tolist()]
        if rows:
            yield title, sentence, rows
    for one in findings.confusions[:_EACH]:
        title = f"{names[one.label]} taken for {names[one.predicted]}"
        yield title, f"{title}: {len(one.rows)} images, {one.share:.0%} of the class.", one.rows[:_EACH].tolist()


def _pictures(images, keys):
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


def _explanation(audit, rows, originals):
    """Returns the `Explanation` of some rows, of what an audit holds."""
    shown = list(_shown(originals, audit.maps[rows[0]].shape))
    sizes = {one.shape for one in shown}
    if len(sizes) > 1:
        raise InputError(f"expected images= of one size, as they were audited, received {brief(sorted(sizes))}.")
    shown = np.stack(shown)
    table, key = audit.table.take(rows), audit.manifest["method"]
    maps = fitted(np.asarray([audit.maps[row] for row in rows], np.float32)[..., np.newaxis], shown.shape[1:3])
    method, signed = METHODS.get(key), audit.manifest["signed"]
    looks = {"signed": signed, **{look: bool(getattr(method, look, False)) for look in ("fine", "relative")}}
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
    scale = max(1, round(_SIDE / max(grid)))
    size = tuple(side * scale for side in grid)
    for one in originals:
        if one is None:
            yield np.full((*size, 3), 128, np.uint8)
        elif isinstance(one, np.ndarray):
            yield showable(one[np.newaxis])[0]
        else:
            yield read_photo(one, 3, size)[0]
