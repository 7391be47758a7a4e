"""How does the time grow with the number of images, with their size, and with the number of patches?"""

import numpy as np

import keras_explain as kx
from benchmarks import limits, measure


def rows(network, counts, sides, patches, rounds):
    """Yields a row a size and variant: Grad-CAM beside its limit; for patches, occlusion beside the forward passes."""
    model = measure.network(network, sides[0])
    for count in counts:
        yield from _grad_cam(model, count, rounds, grows="images", size=count)
    for patch in patches:
        yield from _occlusion(model, patch, rounds)
    for side in sides:
        yield from _grad_cam(measure.network(network, side), 4, rounds, grows="side", size=side)


def _grad_cam(model, count, rounds, **labels):
    images, targets = measure.images(model, count)
    explainer = kx.GradCAM(model)
    limit = limits.grad_cam(model, explainer.layer)
    batches = [slice(start, start + 32) for start in range(0, count, 32)]
    variants = {
        "limit": lambda: np.concatenate([limit(images[batch], targets[batch]) for batch in batches]),
        "ours": lambda: explainer(images, targets),
    }
    yield from measure.compare(variants, rounds, method="grad_cam", **labels)


def _occlusion(model, patch, rounds):
    images, targets = measure.images(model, 1)
    forward = limits.forward(model)
    explainer = kx.Occlusion(model, patch=patch, stride=patch, fill=0.0, verbose=0)
    count = len(range(0, images.shape[1], patch)) ** 2
    repeated, same = np.repeat(images, 32, 0), np.repeat(targets, 32)

    def least():
        for start in range(0, count, 32):
            forward(repeated[: count - start], same[: count - start])

    variants = {"limit": least, "ours": lambda: explainer(images, targets)}
    yield from measure.compare(variants, rounds, warmup=1, method="occlusion", grows="patches", size=count)


if __name__ == "__main__":
    sizes = {"counts": (8, 32, 128), "sides": (224, 320, 448), "patches": (56, 28, 14)}
    measure.run("growth", rows, network="MobileNetV2", rounds=measure.ROUNDS, **sizes)
