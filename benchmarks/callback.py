"""What does the callback add to an epoch beside the bare passes of its images, and does its memory stay flat?"""

import tempfile
import time

import keras
import numpy as np

import keras_explain as kx
from benchmarks import limits, measure


class EveryOther(keras.callbacks.Callback):
    """Lets a logger see every other epoch, and takes the time from the end of each to the end of the next.

    What the logger does after an epoch on a thread of its own falls into the next one.
    """

    def __init__(self, logger):
        super().__init__()
        self.logger, self.ends, self.memory = logger, [], []

    def set_model(self, model):
        """Hands the model on."""
        super().set_model(model)
        self.logger.set_model(model)

    def on_train_begin(self, logs=None):
        """Hands on."""
        self.logger.on_train_begin()

    def on_epoch_begin(self, epoch, logs=None):
        """Hands on."""
        self.logger.on_epoch_begin(epoch)

    def on_epoch_end(self, epoch, logs=None):
        """Takes the time, and hands on every other time."""
        self.ends.append(time.perf_counter())
        self.memory.append(measure.resident())
        if epoch % 2:
            self.logger.on_epoch_end(epoch)

    def on_train_end(self, logs=None):
        """Hands on."""
        self.logger.on_train_end()

    def milliseconds(self):
        """Returns the times of the epochs with and without, and the first of each left out."""
        times = 1000 * np.diff(self.ends)
        return times[3::2], times[2::2]


def rows(network, methods, batch, steps, epochs, side, rounds):
    """Yields a row for the time that is added to an epoch, and one for the memory after many of them."""
    model = measure.network(network, side)
    images, targets = measure.images(model, batch)
    limit = limits.grad_cam(model, kx.GradCAM(model).layer)
    bare = measure.compare({"limit": lambda: limit(images, targets)}, rounds)[0]["milliseconds"]
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    x, y = np.tile(images, (2 * steps, 1, 1, 1)), np.zeros(2 * steps * batch)
    with tempfile.TemporaryDirectory() as folder:
        measured = EveryOther(kx.ExplanationLogger(images, methods=methods, log_dir=folder, max_images=batch))
        model.fit(x, y, batch_size=2 * batch, epochs=2 * rounds + 4, verbose=0, callbacks=[measured])
        logged, others = measured.milliseconds()
        added = np.median(logged) - np.median(others)
        spread = np.quantile(logged, [0.25, 0.75]) - np.median(others)
        found = {"limit": bare, "epoch": np.median(others), "added": added, "low": spread[0], "high": spread[1]}
        labels = {"network": network, "batch": batch, "rounds": rounds}
        yield {**labels, **{k: round(float(v), 1) for k, v in found.items()}, "ratio": round(float(added / bare), 2)}
        logger = kx.ExplanationLogger(images, methods=methods, log_dir=folder, max_images=batch)
        logger.set_model(model)
        logger.on_train_begin()
        before = None
        for epoch in range(epochs):
            logger.on_epoch_end(epoch)
            before = measure.resident() if epoch == epochs // 20 else before
        logger.on_train_end()
        grown = round(measure.resident() - before, 1)
        yield {"network": network, "batch": batch, "epochs": epochs, "megabytes": grown}


if __name__ == "__main__":
    settings = {"batch": 8, "steps": 2, "epochs": 200, "side": 224, "rounds": 15}
    measure.run("callback", rows, network="MobileNetV2", methods=("cam", "grad_cam"), **settings)
