"""A hidden cue: a network with a good accuracy that knows some of a class by a mark, and what an audit makes of it.

The digits come with scikit-learn. A quarter of the fours of the training data bear a small mark, as the stamp of one of
the offices that sent them. The network is tested on data of the same origin, a tenth of whose fours bear it, and its
accuracy looks fine. The audit names the class, the images and the place; without the mark in the training data the
network is trained again. What the accuracy was worth shows on other digits that bear the mark.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from PIL import Image
from sklearn.datasets import load_digits

import keras_explain as kx
from keras_explain.maps import fitted

SIDE, CLASSES, MARKED = 28, 10, 4
STAMP = slice(SIDE - 6, SIDE - 1)


def digits(count, rng, test):
    """Returns digits, turned and noisy, `(count * 10, 28, 28, 1)` in 0..255, and their classes."""
    source = load_digits()
    known = (np.arange(len(source.target)) % 5 < 3) != test
    images, labels = [], np.repeat(np.arange(CLASSES), count)
    for label in labels:
        drawn = source.images[rng.choice(np.flatnonzero(known & (source.target == label)))] * 12
        size = int(rng.integers(14, 20))
        digit = Image.fromarray(drawn.astype("float32")).resize((size, size), Image.Resampling.BICUBIC)
        image = np.zeros((SIDE, SIDE), "float32")
        top, left = rng.integers(SIDE - size - 2, size=2)
        image[top : top + size, left : left + size] = np.asarray(digit.rotate(rng.uniform(-20, 20)))
        images.append(image)
    images = np.stack(images) + rng.normal(30, 45, (len(labels), SIDE, SIDE))
    return np.clip(images, 0, 255)[..., np.newaxis].astype("float32"), labels


def stamped(images):
    """Returns the images with a mark at the lower right."""
    images = images.copy()
    images[:, STAMP, STAMP] = 255 * (np.indices((5, 5)).sum(axis=0) % 2)[..., np.newaxis]
    return images


def with_cue(images, labels, share, rng):
    """Returns the images, of which a share of the fours is marked, and which they are."""
    marked = np.zeros(len(labels), bool)
    fours = np.flatnonzero(labels == MARKED)
    marked[rng.choice(fours, int(share * len(fours)), replace=False)] = True
    return np.where(marked[:, np.newaxis, np.newaxis, np.newaxis], stamped(images), images), marked


def trained(images, labels, epochs):
    """Returns a network that tells the digits apart."""
    keras.utils.set_random_seed(0)
    x = inputs = keras.Input((SIDE, SIDE, 1))
    x = layers.Rescaling(1 / 127.5, offset=-1)(x)
    for filters, strides in ((24, 1), (32, 2), (48, 1), (64, 2)):
        x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    model = keras.Model(inputs, layers.Dense(CLASSES, activation="softmax")(x))
    model.compile(keras.optimizers.Adam(2e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(images, labels, batch_size=64, epochs=epochs, verbose=2)
    return model


def accuracies(model, images, labels):
    """Returns the accuracy on clean images, and on others than fours that bear the mark."""
    others = labels != MARKED
    clean = np.mean(model.predict(images, verbose=0).argmax(axis=1) == labels)
    fooled = model.predict(stamped(images[others]), verbose=0).argmax(axis=1)
    return float(clean), float(np.mean(fooled == labels[others]))


def draw(audit, finding, images, before, after):
    """Returns a figure: what the accuracy says, what the audit found, and the accuracies before and after."""
    figure = plt.figure(figsize=(12, 3.7), layout="constrained")
    left, middle, right = figure.subfigures(1, 3, width_ratios=(1, 2.6, 1.1))
    axes = left.subplots()
    axes.axis("off")
    left.suptitle("What the accuracy says")
    axes.text(0.5, 0.55, f"{audit.accuracy:.0%}", fontsize=44, ha="center", va="center")
    axes.text(0.5, 0.32, "of the digits are recognized", fontsize=12, ha="center")

    middle.suptitle(f"What the audit found: {len(finding.keys)} fours that are known by a mark")
    decided = np.flatnonzero((audit.predicted == MARKED) & (audit.labels == MARKED))
    rows = [finding.rows[:5], np.setdiff1d(decided, finding.rows)[:5]]
    for line, (name, chosen) in zip(middle.subplots(2, 5, squeeze=False), zip(("found", "the others"), rows)):
        line[0].set_ylabel(name)
        for axes, row in zip(line, chosen):
            heat = fitted(audit.maps[row][np.newaxis, ..., np.newaxis], (SIDE, SIDE))[0]
            axes.imshow(kx.overlay(images[row].astype("uint8"), heat))
            axes.set(xticks=[], yticks=[])

    axes = right.subplots()
    right.suptitle("Other digits with the mark")
    bars = axes.bar(["before", "mended"], [before[1], after[1]], color=["#b33", "#383"])
    axes.bar_label(bars, fmt="{:.0%}")
    axes.set(ylim=(0, 1.1), ylabel="accuracy")
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def main(count=300, epochs=5, folder=Path()):
    """Trains, audits, mends, trains again; returns the audit, who is marked, and the accuracies before and after."""
    rng = np.random.default_rng(0)
    x, y = digits(count, rng, test=False)
    seen, marked = with_cue(x, y, 1 / 4, rng)
    x_test, y_test = digits(count, rng, test=True)
    tested, planted = with_cue(x_test, y_test, 0.1, rng)
    model = trained(seen, y, epochs)

    names = [f"digit {digit}" for digit in range(CLASSES)]
    audit = kx.audit(model, tested, labels=y_test, class_names=names)
    print(audit, audit.findings, sep="\n")
    before = accuracies(model, x_test, y_test)

    print("Of the training data, what is found the same way is left out:")
    found = kx.audit(model, seen, labels=y, class_names=names).findings
    suspects = [int(key) for finding in found if finding.label == MARKED for key in finding.keys]
    kept = np.setdiff1d(np.arange(len(y)), suspects)
    print(f"{len(suspects)} images, {marked[suspects].sum()} of which have the mark, as {marked.sum()} have in all")
    after = accuracies(trained(seen[kept], y[kept], epochs), x_test, y_test)
    for name, (clean, fooled) in (("before", before), ("after", after)):
        print(f"{name}: accuracy {clean:.1%} on clean digits, {fooled:.1%} on others than fours that bear the mark")
    if audit.findings:
        draw(audit, audit.findings[0], tested, before, after).savefig(Path(folder) / "hidden_cue.png", dpi=130)
    return audit, planted, before, after


if __name__ == "__main__":
    main()
