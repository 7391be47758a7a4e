"""What an audit's page shows first: lines on the whole of the data, and groups of images."""

import dataclasses

import numpy as np

EACH = 12  # Images of a group.
CLASSES = 25  # Classes that have groups of their own: those with the most images.
FINDINGS = 50  # Those that are shown, the first ones.
_LEAST = 5  # Classes that are told to be the least accurate.


@dataclasses.dataclass(frozen=True, eq=False)
class Group:
    """Images to look at together.

    Attributes:
        title: What they have in common, in a few words.
        sentence: The same at length.
        rows: The indices of those that are shown.
        finding: The `Finding` that they are exemplars of; None for other groups.
    """

    title: str
    sentence: str
    rows: list
    finding: object = None


def summary(audit):
    """Yields lines on the whole of the data."""
    yield str(audit)
    findings = audit.findings
    known = [one for one in findings.classes.values() if one.accuracy is not None]
    worst = sorted(known, key=lambda one: one.accuracy)[:_LEAST]
    if worst:
        yield f"Least accurate: {', '.join(f'{audit.class_names[one.label]} {one.accuracy:.0%}' for one in worst)}."
    if not findings:
        yield from str(findings).splitlines()


def groups(audit):
    """Yields the `Group`s: findings first, then examples of classes, and what is confused."""
    some = False
    for some in _groups(audit):
        yield some
    if not some:  # of a custom score no class is known
        yield Group("First images", "The first images.", list(range(min(EACH, len(audit)))))


def _groups(audit):
    names, findings = audit.class_names, audit.findings
    for finding in findings[:FINDINGS]:
        title = finding.sentence.partition(":")[0]
        yield Group(title, finding.sentence, finding.rows[:EACH].tolist(), finding)
    classes = sorted(findings.classes.values(), key=lambda one: -one.count)[:CLASSES]
    for title, what, sentence in (
        ("Sure and wrong", "wrong", "Images that are surely taken for another class than the true one."),
        ("Right for a reason outside", "outside", "Recognized images whose map points out of the region."),
        ("Strangest of their class", "strangest", "Whose reason is least like that of the others of their class."),
        ("Typical of their class", "typical", "Whose reason is most like that of the others of their class."),
    ):
        rows = [row for one in classes for row in getattr(one, what)[: max(1, 4 * EACH // len(classes))].tolist()]
        if rows:
            yield Group(title, sentence, rows)
    for one in findings.confusions[:EACH]:
        title = f"{names[one.label]} taken for {names[one.predicted]}"
        sentence = f"{title}: {len(one.rows)} images, {one.share:.0%} of the class."
        yield Group(title, sentence, one.rows[:EACH].tolist())


def left_out(audit, shown):
    """Yields what the page has no picture of, in sentences.

    Args:
        audit: The `Audit`.
        shown: How many images it has pictures of.
    """
    if shown < len(audit):
        yield f"The examples are {shown:,} of {len(audit):,} images."
    if len(audit.findings) > FINDINGS:
        yield f"Of {len(audit.findings):,} findings, the first {FINDINGS} are shown; audit.findings has all."
    classes, confusions = len(audit.findings.classes), len(audit.findings.confusions)
    if classes > CLASSES:
        yield f"They are of the {CLASSES} classes with the most images, of {classes:,}; findings and tables are of all."
    if confusions > EACH:
        yield f"Of {confusions:,} pairs of classes that are confused, the {EACH} most frequent are groups."


def decisions(audit, label):
    """Returns which rows were decided for a class and explain that, bool `(N,)`."""
    return (audit.targets == label) & np.isin(audit.predicted, (label, -1))
