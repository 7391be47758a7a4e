"""Columns of an audit's table as its page carries them: a few bytes a row, for tens of thousands of rows."""

import numpy as np

from keras_explain.report.page.answers import LONGEST
from keras_explain.report.page.map_code import packed, packed_text
from keras_explain.visual.text import legible

_STEPS = 65534  # Of what lies between 0 and 1; one code more says that it isn't known.
# What the page's table shows beside keys and classes: shares, other numbers, and what either holds or doesn't.
_SHOWN = {
    "probability": ("share", "Probability", "of the predicted class"),
    "score": ("number", "Score", "what was explained"),
    "concentration": ("share", "Concentration", "of the map: 0 evenly spread, 1 on one place"),
    "energy_inside": ("share", "Inside", "share of the map in the region"),
    "pointing": ("mark", "Points in", "whether the map's peak is in the region"),
    "trust_deletion": (
        "number",
        "Deletion",
        "how many times as fast the score falls by the map as by the same map elsewhere",
    ),
    "trust_deletion_holds": ("mark", "Holds", "whether it falls faster than at each of 20 other places"),
    "suspect": ("count", "Suspect", "1 for the image of its class whose decision rests most on something else"),
}


def columns(audit, rows):
    """Returns the columns of some rows, as JSON can hold them.

    Args:
        audit: The `Audit`.
        rows: Indices of the rows.

    Returns:
        A dictionary: `keys`, their names; `classes`, `{name: column}`, -1 where there is none; `numbers`, columns each
        with its `name`, `kind`, `title` and what it is `about`. Those of which nothing is known are left out.
    """
    keys = audit.keys
    numbers = {
        "probability": audit.probabilities,
        "score": audit.table["score"].to_numpy(),
        "concentration": audit.table["concentration"].to_numpy(),
        "energy_inside": audit.energy_inside,
        "pointing": audit.pointing,
        "trust_deletion": audit.table["trust_deletion"].to_numpy(),
        "trust_deletion_holds": np.array(audit.table["trust_deletion_holds"].to_pylist(), np.float64),
        "suspect": suspect_ranks(audit),
    }
    known = {name: values[rows] for name, values in numbers.items() if values is not None}
    classes = {"label": audit.labels, "predicted": audit.predicted, "target": audit.targets}
    return {
        "keys": packed_text("\n".join(legible(keys[row], LONGEST) for row in rows)),
        "classes": {name: _whole(values[rows]) for name, values in classes.items()},
        "numbers": [_number(name, values) for name, values in known.items() if np.isfinite(values).any()],
    }


def suspect_ranks(audit):
    """Returns each image's place among the suspects of the class that it is decided for, 1 for the first, or NaN."""
    ranks, targets = np.full(len(audit), np.nan), audit.targets
    for label, (rows, suspicion) in audit.findings.suspicion.items():
        known = np.isfinite(suspicion) & (targets[rows] == label)
        ranks[rows[known]] = 1 + np.flatnonzero(known)
    return ranks


def _number(name, values):
    kind, title, about = _SHOWN[name]
    column = {"share": _share, "mark": _share, "count": _count}.get(kind, _float)(values)
    return {"name": name, "kind": kind, "title": title, "about": about, **column}


def _share(values):
    """Returns numbers from 0 to 1, each within a 131,000th of itself."""
    known = np.isfinite(values)
    codes = np.where(known, np.rint(_STEPS * np.clip(np.where(known, values, 0), 0, 1)), _STEPS + 1)
    return {"type": "Uint16", "data": packed(codes.astype("<u2")), "step": 1 / _STEPS, "unknown": _STEPS + 1}


def _count(values):
    """Returns numbers from 1 on."""
    return {**_whole(np.nan_to_num(values).astype(np.int64)), "step": 1, "unknown": 0}


def _float(values):
    return {"type": "Float32", "data": packed(np.asarray(values, "<f4"))}


def _whole(values):
    """Returns integers in as few bytes as they need."""
    bits = next(bits for bits in (8, 16, 32) if values.max(initial=0) < 2 ** (bits - 1))
    return {"type": f"Int{bits}", "data": packed(values.astype(f"<i{bits // 8}"))}
