"""What does the callback add to an epoch beside the bare passes of its images, and does its memory stay flat?"""

import tempfile

import keras_explain as kx
from benchmarks import limits, measure


def rows(network, methods, batch, epochs, side, rounds):
    """Yields a row a variant, for the time of an epoch's end, and one for the memory after many of them."""
    model = measure.network(network, side)
    images, targets = measure.images(model, batch)
    with tempfile.TemporaryDirectory() as folder:
        explainer = kx.GradCAM(model)
        limit = limits.grad_cam(model, explainer.layer)
        logger = kx.ExplanationLogger(images, methods=methods, log_dir=folder, max_images=batch)
        logger.set_model(model)
        logger.on_train_begin()
        done = iter(range(10**9))
        variants = {
            "limit": lambda: limit(images, targets),
            "Grad-CAM": lambda: explainer(images),
            "logger": lambda: logger.on_epoch_end(next(done)),
        }
        yield from measure.compare(variants, rounds, network=network, batch=batch)
        early = measure.resident()
        for _ in range(epochs):
            logger.on_epoch_end(next(done))
        logger.on_train_end()
        yield {"network": network, "batch": batch, "epochs": epochs, "megabytes": round(measure.resident() - early, 1)}


if __name__ == "__main__":
    settings = {"batch": 8, "epochs": 200, "side": 224, "rounds": measure.ROUNDS}
    measure.run("callback", rows, network="MobileNetV2", methods=("cam", "grad_cam"), **settings)
