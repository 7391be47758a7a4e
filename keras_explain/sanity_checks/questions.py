"""Which maps are asked for: of redrawn layers, of other classes, of other images."""

import dataclasses

import numpy as np

from keras_explain.inputs.batch import Batch
from keras_explain.sanity_checks.others import moved

CHECKS = ("weights", "independent", "class", "image")
# What is asked first: the maps that all others are compared with, and those that have nothing in common with them.
OWN, CHANCE = "own", "chance"
_TITLES = {"runner-up": "runner-up", "class": "another class"}


@dataclasses.dataclass(frozen=True, eq=False)
class Question:
    """Maps to ask for.

    Attributes:
        check: `OWN`, `CHANCE` or a check, see `SanityRow`.
        batch: The `Batch` of the images, with the classes to explain.
        redrawn: The `RedrawnLayer`s that are redrawn.
        layers: Those of them that are redrawn in this step.
        step: See `SanityRow`.
        title: What stands above the maps in a figure; None where they aren't shown.
    """

    check: str
    batch: Batch
    redrawn: tuple = ()
    layers: tuple = ()
    step: int = 0
    title: str | None = None


def questions(checks, batch, steps, classes):
    """Returns the `Question`s to ask for some checks: first for the own maps, then for the chance level.

    Args:
        checks: Some of `CHECKS`.
        batch: The images, with the classes to explain.
        steps: For each step the `RedrawnLayer`s that are redrawn in it.
        classes: `{check: classes (K, N)}`: the other classes.
    """
    pool, rows = moved(batch) if len(batch) == 1 else batch, np.arange(len(batch))
    redrawn = [tuple(layer for one in steps[: number + 1] for layer in one) for number in range(len(steps))]
    found = [Question(OWN, batch, title="own weights"), Question(CHANCE, pool, redrawn[-1])]
    for step, layers in enumerate(steps):
        if "weights" in checks:
            found.append(Question("weights", batch, redrawn[step], layers, step, layers[-1].path))
    for step, layers in enumerate(steps):
        if "independent" in checks:
            found.append(Question("independent", batch, layers, layers, step))
    for check, draws in classes.items() if "class" in checks else ():
        for step, targets in enumerate(draws):
            title = None if step else _TITLES[check]
            found.append(Question(check, batch.copies(rows, batch.images, targets), step=step, title=title))
    if "image" in checks:
        others = (rows + 1) % len(pool)
        found.append(Question("image", pool.copies(others, pool.images[others], batch.targets)))
    return found
