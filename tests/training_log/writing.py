"""Logs as a logger writes them, without a network."""

import numpy as np

from keras_explain.callbacks.events import EventLog
from keras_explain.training_log.inputs_record import Inputs, pictured
from keras_explain.training_log.step_record import step_blobs
from keras_explain.training_log.tags import INPUTS, STEP

METHODS = {
    "grad_cam": {"title": "Grad-CAM", "signed": False, "fine": False, "relative": False, "layer": "conv"},
    "saliency": {"title": "Saliency", "signed": False, "fine": True, "relative": False, "layer": None},
}


def inputs(count=3, seed=0, size=(16, 24)):
    pixels = np.random.default_rng(seed).integers(256, size=(count, *size, 3), dtype=np.uint8)
    pictures, number = pictured(pixels)
    labels = [i % 2 for i in range(count)]
    captions = [f"<{label}>" for label in labels]
    return Inputs(number, pictures, captions, labels, ["zero", "one"], METHODS, True), pixels


def maps_at(step, count=3, size=(16, 24)):
    rng = np.random.default_rng(step)
    cam = np.maximum(rng.normal(size=(count, 3, 4, 1)), 0).astype("float32")
    return {"grad_cam": cam, "saliency": rng.normal(size=(count, *size, 3)).astype("float32") ** 2}


def numbers_at(step, count=3):
    rng = np.random.default_rng(100 + step)
    first = rng.uniform(size=count).astype("float32")
    chances = np.stack([first, 1 - first], axis=1)
    numbers = {"scores": rng.normal(size=count).astype("float32"), "probabilities": chances}
    measures = {f"concentration/{key}": rng.uniform(size=count).astype("float32") for key in METHODS}
    return {**numbers, "targets": chances.argmax(1).astype("int32"), **measures}


def opened(folder, name="explanations", count=3, seed=0, maps=maps_at):
    """Returns an `EventLog` whose steps are made of their number."""
    known = inputs(count, seed)[0]

    def draw(found, step):
        raw = step_blobs(known.id, maps(step, count), numbers_at(step, count))
        return {name + STEP: raw, f"{name}/0": np.zeros((4, 5, 3), np.uint8)}

    return EventLog(str(folder), name, None, draw, once={name + INPUTS: known.blobs()})


def write(folder, steps, **options):
    """Logs steps as one training does."""
    log = opened(folder, **options)
    for step in steps:
        log.log(step, lambda: {})
    log.flush()
