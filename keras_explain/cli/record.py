"""What is told of one photograph: as a line that is read, or as a JSON object."""

import json

import numpy as np

from keras_explain.report.judged import trust_entry
from keras_explain.visual.text import one_line, written_out


def record(photo, folder=None, explanation=None, true=(None, None), error=None):
    """Returns what is known of a photograph, by the same keys for each.

    Args:
        photo: Its path.
        folder: Path of its results, None if there are none.
        explanation: The `Explanation` of it alone, None if there is none.
        true: Index and name of its true class, None and None if it isn't known.
        error: Why it was not explained, None if it was.
    """
    fields = {"photo": str(photo), "folder": None if folder is None else str(folder)}
    fields |= {"predicted": None, "predicted_name": None, "probability": None, "true": true[0], "true_name": true[1]}
    fields |= {"targets": [], "scores": [], "methods": [], "not_finite": [], "trust": None, "error": error}
    if explanation is None:
        return fields
    if explanation.probabilities is not None:
        best = int(explanation.probabilities[0].argmax())
        fields |= {"predicted": best, "predicted_name": explanation.class_names[best]}
        fields["probability"] = float(explanation.probabilities[0, best])
    fields |= {"targets": np.atleast_1d(explanation.targets[0]).tolist(), "methods": list(explanation.maps)}
    fields["scores"] = np.atleast_1d(explanation.scores[0]).tolist()
    fields["not_finite"] = [name for name, maps in explanation.maps.items() if not np.isfinite(maps).all()]
    if explanation.trust is not None:
        fields["trust"] = trust_entry(explanation.trust)["rows"]
    return fields


def json_line(fields):
    """Returns a record as a line of JSON, in ASCII, whatever the names hold."""
    return json.dumps(fields)


def readable_line(fields, explanation):
    """Returns a record as a line for people, and below it what is to be believed of each map, if that was asked."""
    found = " | ".join(one_line(title.replace("\n", ", ")) for title in explanation.class_titles(0))
    if fields["not_finite"]:
        found += f" (not finite: {', '.join(explanation.titles[name] for name in fields['not_finite'])})"
    judged = "" if explanation.trust is None else str(explanation.trust)
    lines = [f"{written_out(fields['photo'])}: {found} -> {written_out(fields['folder'])}", *judged.splitlines()]
    return "\n  ".join(map(written_out, lines))
