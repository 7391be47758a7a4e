"""What the parts of an explanation have to be, each by itself and beside the others."""

import numpy as np

from keras_explain.engine.named_score import Score
from keras_explain.errors import InputError, brief
from keras_explain.judgment.result import MEASURES, Trust, TrustRow
from keras_explain.methods.table import METHODS
from keras_explain.visual.look import LOOKS

TEXTS = ("titles", *LOOKS, "layers", "left_out", "class_names", "settings", "versions")
ARRAYS = ("images", "shown", "targets", "scores", "probabilities", "labels")
_FLOATS = ("float16", "float32", "float64")
_NUMBERS = (*_FLOATS, "bool", *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)))


def check_parts(explanation):
    """Refuses an explanation with a part that is not what it should be, or doesn't go with the others.

    Args:
        explanation: An `Explanation`, or one that has in place of arrays what tells their shapes and dtypes.

    Raises:
        InputError: With what was expected and received, a sentence without its end.
    """
    for check in (_texts, _asked, _inputs, _answers, _maps, _trust):
        _refuse_first(check(explanation))


def check_values(explanation):
    """Refuses an explanation whose parts are in order, but not the values in them.

    Raises:
        InputError: With what was expected and received, a sentence without its end.
    """
    _refuse_first(_values(explanation))


def _refuse_first(misfits):
    found = next(misfits, None)
    if found is not None:
        raise InputError(found)


def _texts(one):
    """Yields what isn't text where it should be, or has no method of its own."""
    names = list(one.maps)
    if not names or not all(isinstance(name, str) for name in names):
        yield f"expected maps of one method or more by name, received {brief(names)}"
    for part in ("titles", "layers", "left_out", "versions"):
        entries = getattr(one, part)
        if not isinstance(entries, dict) or not all(isinstance(text, str) for text in (*entries, *entries.values())):
            yield f"expected {part} as texts by name, received {brief(entries)}"
    if set(one.titles) != set(names) or len(set(one.titles.values())) != len(names):
        yield f"expected a title of its own for each of the methods {brief(names)}, received {brief(one.titles)}"
    if not set(one.layers) <= set(names):
        yield f"expected layers of the methods {brief(names)}, received {brief(one.layers)}"
    for part in LOOKS:
        entries = getattr(one, part)
        if not isinstance(entries, (list, tuple)) or any(name not in names for name in entries):
            yield f"expected {part} as some of the methods {brief(names)}, received {brief(entries)}"
    if both := set(one.signed) & set(one.relative):
        yield f"expected methods that are signed or relative, received both of {brief(sorted(both))}"
    if not isinstance(one.class_names, list) or not all(isinstance(name, str) for name in one.class_names):
        yield f"expected class_names as a list of texts, received {brief(one.class_names)}"
    if not isinstance(one.settings, dict):
        yield f"expected settings by name, received {brief(one.settings)}"


def _asked(one):
    try:
        asked = one.score
    except InputError as error:
        yield str(error)
    else:
        if not isinstance(asked, (Score, str, type(None))):
            yield f"expected score in settings as a text or by its arguments, received {brief(asked)}"


def _inputs(one):
    images, shown = one.images, one.shown
    if not _is(images, *_NUMBERS) or images.ndim < 2:
        yield f"expected images of shape (N, *spatial, C), one or more, received {_told(images)}"
    if shown is None:
        return
    series = _is(shown, "float32") and shown.ndim == 3
    pixels = _is(shown, "uint8") and shown.ndim in (4, 5) and shown.shape[-1] == 3
    if not series and not pixels:
        yield f"expected shown as float32 (N, T, C), or uint8 (N, H, W, 3) or (N, D, H, W, 3), received {_told(shown)}"
    if shown.shape[:-1] != images.shape[:-1]:
        yield f"expected shown of the size of the images {images.shape}, received {_told(shown)}"


def _answers(one):
    count, targets, probabilities = one.images.shape[0], one.targets, one.probabilities
    if not _is(targets, "int32") or targets.ndim not in (1, 2) or targets.shape[0] != count:
        yield f"expected targets as int32 of shape ({count},) or ({count}, K), received {_told(targets)}"
    if not _is(one.scores, "float32") or one.scores.shape != targets.shape:
        yield f"expected scores as float32 of shape {targets.shape}, received {_told(one.scores)}"
    if one.labels is not None and (not _is(one.labels, "int32") or one.labels.shape != (count,)):
        yield f"expected labels as int32 of shape ({count},), received {_told(one.labels)}"
    if probabilities is None:
        return
    if not _is(probabilities, "float32") or probabilities.ndim != 2 or probabilities.shape[0] != count:
        yield f"expected probabilities as float32 of shape ({count}, classes), received {_told(probabilities)}"
    if len(one.class_names) != probabilities.shape[1]:
        yield f"expected a name of each of {probabilities.shape[1]} classes, received {len(one.class_names)}"


def _maps(one):
    classes, size = one.targets.shape, one.images.shape[1:-1]
    for name, maps in one.maps.items():
        first, last = maps.shape[: len(classes)], maps.shape[len(classes) : -1]
        fits = _is(maps, *_FLOATS) and first == classes and len(last) == len(size)
        if name.split(" ")[0] in METHODS:  # those of others may be of another size, and are resized to be shown
            fits = fits and _is(maps, "float32") and last == size
        if not fits:
            wanted = ", ".join(map(str, (*classes, *size, "C")))
            yield f"expected the maps of {brief(name)} as float32 of shape ({wanted}), received {_told(maps)}"


def _trust(one):
    if one.trust is None:
        return
    if not isinstance(one.trust, Trust):
        yield f"expected trust as kx.trust returns it, received {brief(one.trust)}"
    count, names = one.images.shape[0], one.maps
    for row in one.trust.rows:
        numbers = all(type(number) is float for number in (row.value, row.chance))
        fits = isinstance(row, TrustRow) and numbers and type(row.holds) is bool and isinstance(row.sentence, str)
        fits = fits and isinstance(row.method, str) and row.method in names and row.measure in MEASURES
        if not (fits and type(row.image) is int and 0 <= row.image < count):
            yield f"expected trust in the maps of {brief(list(names))} of {count} images, received {brief(row)}"
    if not all(isinstance(note, str) for note in one.trust.notes):
        yield f"expected notes of trust as texts, received {brief(one.trust.notes)}"


def _values(one):
    last = max(one.targets.max(), 0)
    if one.targets.min() < (-1 if one.probabilities is None else 0):
        yield f"expected targets from 0, received {one.targets.min()}"
    if one.probabilities is not None and last >= one.probabilities.shape[1]:
        yield f"expected targets below {one.probabilities.shape[1]}, received {last}"
    if one.targets.max() >= 0 and len(one.class_names) != 1 and last >= len(one.class_names):
        yield f"expected a name of class {last}, received {len(one.class_names)} names"
    classes = 2 if len(one.class_names) == 1 else len(one.class_names)  # a single unit tells two classes apart
    if one.labels is not None and not -1 <= one.labels.min() <= one.labels.max() < classes:
        yield f"expected labels from -1 to {classes - 1}, received {one.labels.min()} to {one.labels.max()}"
    if one.shown is not None and one.shown.dtype.kind == "f" and not np.isfinite(one.shown).all():
        yield "expected shown as finite numbers, received others"


def _is(array, *dtypes):
    """Tells whether something is an array of one of some dtypes, with at least one value along each axis."""
    return hasattr(array, "dtype") and array.dtype.name in dtypes and all(size > 0 for size in array.shape)


def _told(array):
    return f"{array.dtype} of shape {array.shape}" if hasattr(array, "dtype") else brief(array)
