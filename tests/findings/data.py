"""Explained datasets, drawn: what maps and features of a class look like, with and without a mark on some images."""

import numpy as np

SIDE, UNITS = 6, 24


def one_class(rng, count, marked=0, how="both", amount=8.0):
    """Returns maps, features and which images are marked, of one class: smooth and skewed, as activations are.

    Args:
        rng: What draws.
        count: The number of images.
        marked: How many of them have the mark.
        how: `"place"`: their maps point to a corner; `"content"`: a unit sees the mark, anywhere; `"both"`; `"none"`;
            `"detail"`: neither.
        amount: What the unit answers.
    """
    rows, columns = np.indices((SIDE, SIDE))
    tops, lefts = rng.normal(SIDE / 2, 0.4, (2, count, 1, 1))
    maps = np.exp(-((rows - tops) ** 2 + (columns - lefts) ** 2) / 4) * rng.uniform(0.5, 2, (count, 1, 1))
    maps += rng.uniform(0, 0.2, maps.shape)
    hidden = rng.normal(size=(count, 6))
    features = np.maximum(hidden @ rng.normal(size=(6, UNITS)) + rng.normal(size=(count, UNITS)), 0)
    features[:, 0] = rng.uniform(0, 0.3, count)
    mark = np.zeros(count, bool)
    mark[rng.choice(count, marked, replace=False)] = True
    if how in ("place", "both"):
        corner = np.exp(-((rows - SIDE + 1) ** 2 + (columns - SIDE + 1) ** 2))
        maps[mark] = 0.3 * maps[mark] + corner * rng.uniform(0.8, 1.2, (marked, 1, 1))
    if how in ("content", "both"):
        features[mark, 0] = amount * rng.uniform(0.9, 1.1, marked)
    return maps.astype(np.float32), features.astype(np.float32), mark


def explained(rng, counts=(90, 150), marked=16, how="both"):
    """Returns what `find` takes, and which images are marked: all of them in class 1, and all decided as they are."""
    classes = [one_class(rng, count, marked * (label == 1), how) for label, count in enumerate(counts)]
    maps, features, mark = (np.concatenate(each) for each in zip(*classes))
    labels = np.repeat(np.arange(len(counts)), counts)
    keys = [f"{number:04d}.png" for number in range(len(labels))]
    given = {"maps": maps, "features": features, "predicted": labels, "labels": labels.copy(), "keys": keys}
    return given | {"probabilities": rng.uniform(0.6, 1, len(labels))}, mark
