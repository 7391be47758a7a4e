import numpy as np
import pytest

from keras_explain.audits.packed import packed
from keras_explain.audits.result import Audit
from keras_explain.audits.rows import arrow_table
from keras_explain.audits.shards import Shard
from keras_explain.findings.result import ClassSummary, Finding, Findings
from tests.report.page.conftest import browser  # noqa: F401

CLASSES = 5
NAMES = ["ant", "bee", "<cat>", "dog", "elk"]


def audit_of(count, maps, method="grad_cam", signed=False, **columns):
    """Returns an audit in memory of rows that are drawn: labels, decisions, numbers."""
    rng = np.random.default_rng(3)
    labels = rng.integers(-1, CLASSES, count)
    predicted = np.where(rng.random(count) < 0.8, np.maximum(labels, 0), rng.integers(CLASSES, size=count))
    chances = rng.uniform(0.5, 1, count).astype(np.float32)
    values = {
        "key": [f"{NAMES[label]}/IMG_{i:06d}.jpg" for i, label in enumerate(labels)],
        "checksum": ["0"] * count,
        "index": np.arange(count),
        "label": labels,
        "predicted": predicted,
        "target": predicted,
        "score": rng.normal(5, 3, count).astype(np.float32),
        "top_classes": [[first, (first + 1) % CLASSES] for first in predicted.tolist()],
        "top_probabilities": [[chance, 1 - chance] for chance in chances.tolist()],
        "concentration": rng.uniform(0, 1, count),
        **columns,
    }
    halves, values["map_scale"] = packed(maps)
    shards = []
    for start in range(0, count, 1024):
        some = slice(start, start + 1024)
        table = arrow_table({name: column[some] for name, column in values.items()})
        shards.append(Shard(table, halves[some], None, []))
    asked = {"class_names": NAMES, "complete": True, "title": "Grad-CAM", "method": method, "signed": signed}
    return Audit(shards, {**asked, "layer": "last", "features": [], "model": "many"})


@pytest.fixture(scope="session")
def many():
    """An audit of 50,000 images, of which each looks at one of 49 places, and what was found in it.

    What is found is told, not looked for: that takes a second a class and more.
    """
    count = 50_000
    maps = np.random.default_rng(4).uniform(0, 0.2, (count, 7, 7)).astype(np.float32)
    maps.reshape(count, 49)[np.arange(count), np.arange(count) % 49] = 1 + np.arange(count) % 10
    audit = audit_of(count, maps)
    rows = np.flatnonzero((audit.predicted == 2) & (np.arange(count) % 49 == 42))
    some = np.arange(8)
    classes, suspicion = {}, {}
    for label in range(CLASSES):
        decided, shown = np.flatnonzero(audit.predicted == label), audit.labels == label
        accuracy = float((audit.predicted[shown] == label).mean())
        mean = maps[decided].mean(axis=0)
        examples = (decided[some], decided[-1 - some], np.flatnonzero(shown)[some], decided[:0])
        classes[label] = ClassSummary(label, int(shown.sum()), accuracy, len(decided), mean, *examples)
        suspicion[label] = decided[::-1], np.linspace(1, 0, len(decided))
    keys = tuple(audit.keys[row] for row in rows)
    found = [Finding(f"{len(rows)} of <cat>: a <b>mark</b>.", "place", 2, keys, 9.0, rows, rows[:8])]
    audit.findings = Findings(found, classes, [], [], suspicion, audit.keys)
    return audit
