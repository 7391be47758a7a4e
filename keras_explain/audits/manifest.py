"""What the manifest of an audit says: what was asked of which model."""

import numbers

from keras_explain.audits.checksums import model_fingerprint
from keras_explain.audits.options import told_options
from keras_explain.report.reporter import versions

KIND = "a keras_explain audit"


def manifest(auditor, target, listed, with_regions, trust, class_names):
    """Returns the entries of a manifest.

    Args:
        auditor: The `Auditor`.
        target: The class that was asked for, see `audit`.
        listed: The `Listed` photographs, None if the data are none.
        with_regions: Whether regions were given.
        trust: Whether each map was checked.
        class_names: The name of each class.
    """
    explainer = auditor.answers.explainer
    single = target is None or isinstance(target, numbers.Integral)
    return {
        "kind": KIND,
        "model": explainer.request.model.name,
        "fingerprint": model_fingerprint(explainer.request.model),
        "method": explainer.key,
        "title": explainer.title,
        "signed": bool(explainer.signed),
        "layer": explainer.layer,
        "features": [list(layer) for layer in auditor.features.layers],
        "options": told_options(explainer),
        "target": (target if target is None else int(target)) if single else "one an image",
        "data": None if listed is None else listed.settings,
        "regions": with_regions,
        "trust": trust,
        "class_names": class_names,
        "versions": versions(),
    }
