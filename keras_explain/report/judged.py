"""How far the maps of an explanation can be believed, as a part of it and as a manifest holds it."""

import dataclasses
import math

from keras_explain.errors import InputError, brief
from keras_explain.judgment.result import Trust, TrustRow
from keras_explain.judgment.trust import asked, judge_of


class Judged:
    """Gives explanations by the same methods of one network their `Trust`: what is traced for it is traced once."""

    def __init__(self):
        """Traces nothing before the first one."""
        self._judge = None

    def __call__(self, explanation):
        """Returns an `Explanation` of this session with its `Trust`."""
        self._judge = self._judge or judge_of(explanation)
        return dataclasses.replace(explanation, trust=asked(self._judge, explanation, "auto"))


def trust_entry(trust):
    """Returns a `Trust` as JSON can hold it, in which no number is null; None for None."""
    if trust is None:
        return None
    rows = [dataclasses.asdict(row) for row in trust.rows]
    for row in rows:
        row |= {name: None if math.isnan(row[name]) else row[name] for name in ("value", "chance")}
    return {"rows": rows, "notes": list(trust.notes)}


def trust_from(entry, titles):
    """Returns the `Trust` of an entry, whose values are still to be checked.

    Raises:
        InputError: If the entry is of another form.
    """
    if entry is None:
        return None
    try:
        rows = [TrustRow(**row) for row in entry["rows"]]
        rows = [
            dataclasses.replace(row, **{name: math.nan for name in ("value", "chance") if getattr(row, name) is None})
            for row in rows
        ]
        return Trust(tuple(rows), titles, tuple(entry["notes"]))
    except (TypeError, KeyError):
        raise InputError(f"expected as trust rows and notes, received {brief(entry)}") from None
