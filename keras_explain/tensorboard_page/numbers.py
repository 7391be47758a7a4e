"""The numbers of each image at a step, as a table that a browser takes."""

import numpy as np

from keras_explain.training_log.log import losses

FIRST = ("predicted", "chance", "label_chance", "loss", "score")
MEASURES = ("movement", "concentration", "energy_inside", "pointing")
PEAK = "peak/"


def columns(methods):
    """Returns the names of the columns of `numbers`, for the names of the methods."""
    measured = [f"{measure}/{method}" for measure in MEASURES for method in methods]
    return [*FIRST, *measured, *(PEAK + method for method in methods)]


def numbers(step, inputs):
    """Returns the table of a step, float32 `(N, columns)`, NaN where something isn't known.

    Args:
        step: A `StepRecord`.
        inputs: The `Inputs` that it is about.
    """
    count, names = len(inputs), columns(inputs.methods)
    table = np.full((count, len(names)), np.nan, np.float32)
    known = dict(_answers(step, inputs))
    for name in step.numbers:
        known.setdefault(name, step.number(name))
    for method in step.methods:
        known[PEAK + method] = step.scales(method)
    for place, name in enumerate(names):
        if name in known and np.shape(known[name]) == (count,):
            table[:, place] = known[name]
    return table


def _answers(step, inputs):
    """Yields `(name, numbers)` of what the model answered."""
    yield "score", step.number("scores")
    chances = step.number("probabilities")
    if chances is None or chances.ndim != 2 or len(chances) != len(inputs) or not chances.size:
        return
    labels = np.array([-1 if label is None else label for label in inputs.labels])
    if chances.shape[1] == 1:  # a single unit is the probability of class 1
        chances = np.concatenate([1 - chances, chances], axis=1)
    yield "predicted", chances.argmax(axis=1)
    yield "chance", chances.max(axis=1)
    loss = losses(chances, labels)
    if loss is not None:
        yield "loss", loss
        yield "label_chance", np.exp(-loss)
