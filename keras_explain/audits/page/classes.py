"""A table of the classes: how well each is recognized, how surely, and what its maps show."""

import numpy as np

from keras_explain.audits.page.groups import decisions
from keras_explain.audits.page.mean_maps import carried
from keras_explain.report.page.answers import LONGEST
from keras_explain.visual.text import legible


def class_table(audit, groups, looks):
    """Returns an entry a class, as JSON can hold it: numbers of which nothing is known are None.

    Images and accuracy are of those that show the class; all else is of those that are decided for it.

    Args:
        audit: The `Audit`.
        groups: The `Group`s of the page.
        looks: How maps are drawn, see `visual.look`.
    """
    means = {
        "certainty": audit.probabilities,
        "concentration": audit.table["concentration"].to_numpy(),
        "inside": audit.energy_inside,
        "pointing": audit.pointing,
        "holds": np.array(audit.table["trust_deletion_holds"].to_pylist(), np.float64),
    }
    return [_entry(audit, one, means, groups, looks) for one in audit.findings.classes.values()]


def _entry(audit, summary, means, groups, looks):
    chosen = decisions(audit, summary.label)
    found = [number for number, one in enumerate(groups) if one.finding and one.finding.label == summary.label]
    return {
        "class": summary.label,
        "name": legible(audit.class_names[summary.label], LONGEST),
        "images": summary.count,
        "accuracy": None if summary.accuracy is None else round(summary.accuracy, 4),
        "decided": int(chosen.sum()),
        **{name: None if values is None else _mean(values[chosen]) for name, values in means.items()},
        "map": carried([summary.mean_map], looks)[0],
        "groups": found,
        "found": sum(len(groups[number].finding.rows) for number in found) or None,
    }


def _mean(values):
    known = values[np.isfinite(values)]
    return round(float(known.mean()), 4) if len(known) else None
