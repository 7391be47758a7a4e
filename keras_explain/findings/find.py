"""What the maps of a whole dataset say about a network: what it decides by, class by class."""

import importlib.util

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_seed
from keras_explain.errors import OptionError
from keras_explain.findings.classes import confusions, summary
from keras_explain.findings.data import Explained
from keras_explain.findings.reasons import FEWEST_DECISIONS, ClassReasons
from keras_explain.findings.result import Findings
from keras_explain.findings.sentences import outside_finding, reason_finding


def find(
    maps,
    features=None,
    details=(),
    *,
    predicted,
    keys,
    labels=None,
    targets=None,
    probabilities=None,
    energy_inside=None,
    pointing=None,
    class_names=None,
    seed=0,
):
    """Looks for images that are decided for another reason than the others of their class.

    The decisions for each class are compared by where their maps point, by what the layer saw, by both, and by what a
    finer layer saw where they point, which finds small cues that move. Spectral
    clusters (SpRAy) and the neighborhoods of single images are sharpened to groups that stand apart; a group is told
    only if it

    - *stands apart*: by distance between its middle and the rest's in standard deviations, times how empty it is
      between them; each image is judged by means without itself; and more than any group in random points does;
    - *is found again*: from most of its images' neighborhoods, and in either half of the images by the other half;
    - *holds a third of the class at most*: what decides more is one of its ordinary reasons;
    - *speaks for the class*: these decisions are about as sure as the others, or surer;
    - *is the class's own*, if what a layer saw tells it alone: hardly any image of another class has it.

    Can't tell: whether a reason is wrong, which a person sees in the images; nor a cue that the network hardly uses, or
    one that nearly all images of a class have.

    Cost: for each class, up to 2,000 decisions are compared with each other, the others are assigned to what was found.

    Source: S. Lapuschkin et al., 2019, doi:10.1038/s41467-019-08987-4, for the clusters; the proof is our own.

    Args:
        maps: `(N, *spatial)`, at the layer's own size, or what reads such rows when it is indexed; those that aren't
            finite are left out.
        features: The layer's activations, pooled over places, `(N, units)`, by their maximum rather than their mean,
            in which a small cue hardly shows; None for none.
        details: Of some finer layers each, the mean of their activations where the maps point, `(N, units)`.
        predicted: The predicted classes, int `(N,)`, -1 where there is none.
        keys: The name of each image.
        labels: The true classes, -1 where they aren't known.
        targets: The explained classes; the predicted ones by default.
        probabilities: That of each image's predicted class.
        energy_inside: Share of the evidence in the region, NaN where there is none.
        pointing: Whether the map points into it, NaN where there is none.
        class_names: The name of each class.
        seed: Makes what is drawn repeatable.

    Returns:
        `Findings`: a sequence of `Finding`s, with `classes`, `confusions` and `suspects(label)`.

    Raises:
        InputError: If the arrays are of different lengths, or two keys are the same.
        OptionError: If scikit-learn isn't installed.
    """
    if importlib.util.find_spec("sklearn") is None:
        raise OptionError("findings need scikit-learn, which isn't installed: pip install 'keras-explain-cnn[audit]'.")
    seed, predicted = check_seed(seed), as_numbers(predicted, "predicted", (None,)).astype(int)
    labels = np.full(len(predicted), -1) if labels is None else as_numbers(labels, "labels", (None,)).astype(int)
    targets = predicted if targets is None else as_numbers(targets, "targets", (None,)).astype(int)
    numbers = [
        None if values is None else np.asarray(values, np.float64)
        for values in (probabilities, energy_inside, pointing)
    ]
    data = Explained(maps, features, list(details), labels, predicted, targets, *numbers, list(keys), class_names)
    from threadpoolctl import threadpool_limits

    # Products of a few hundred rows: threads would wait for each other longer than they compute.
    with threadpool_limits(1):
        return _findings(data, seed)


def _findings(data, seed):
    labels, targets = data.labels, data.targets
    found, summaries, suspicion, few, left_out = [], {}, {}, [], 0
    for label in sorted({int(each) for each in np.concatenate([labels, targets]) if each >= 0}):
        rows, broken = _finite(data, data.decided(label))
        left_out += broken
        if len(rows) < FEWEST_DECISIONS:
            few.append(f"{data.name(label)} ({len(rows)})")
        reasons, strangeness = [], np.zeros(0)
        if len(rows):
            compared = ClassReasons(data, label, rows, seed)
            reasons, strangeness = compared.reasons(), compared.strangeness()
        summaries[label] = summary(data, label, rows, strangeness)
        found += [reason_finding(data, label, reason) for reason in reasons]
        found += outside_finding(data, label, rows, summaries[label])
        suspicion[label] = _suspicion(data, label, rows, reasons, strangeness)
    notes = [f"Too few decisions to compare them: {', '.join(few)}."] if few else []
    notes += [f"Left out, as their maps or features aren't finite: {left_out}."] if left_out else []
    found.sort(key=lambda finding: -finding.score)
    return Findings(found, summaries, confusions(data), notes, suspicion, data.keys)


def _finite(data, rows):
    """Returns the rows that can be compared, and the number of the others."""
    kept = [part[seen.finite] for part, seen in data.read(rows)]
    kept = np.concatenate(kept) if kept else rows
    return kept, len(rows) - len(kept)


def _suspicion(data, label, rows, reasons, strangeness):
    """Returns the images of a class, the most suspicious first, and how suspicious each is; NaN of what isn't known."""
    suspicious = np.max([reason.positions for reason in reasons], axis=0) if reasons else strangeness
    order = np.argsort(-suspicious, kind="stable")
    others = np.setdiff1d(np.concatenate([data.decided(label), data.missed(label)]), rows)
    return np.concatenate([rows[order], others]), np.concatenate([suspicious[order], np.full(len(others), np.nan)])
