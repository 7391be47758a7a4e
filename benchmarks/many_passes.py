"""How long do methods and metrics of many passes take beside those passes, in full batches, with nothing else to do?"""

from functools import partial

import keras
import numpy as np

import keras_explain as kx
from benchmarks import limits, measure

IMAGES = 2


def _score_cam(model, **options):
    """Returns Score-CAM at the first convolution, whose channels are few."""
    first = next(layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D))
    return kx.ScoreCAM(model, first, **options)


def _metric(metric, model, batch_size, verbose):
    """Returns a metric of the images' own brightness, a map as good as any other to be timed with."""
    scorer = kx.metrics.Scorer(model, score="logit", batch_size=batch_size)
    return lambda images, targets: metric(scorer, images, images.mean(axis=-1), targets, steps=47, verbose=verbose)


# How what is timed is made, and what one of its passes is.
METHODS = {
    "integrated_gradients": (partial(kx.IntegratedGradients, steps=46), limits.gradient),
    "smooth_grad": (partial(kx.SmoothGrad, samples=48), limits.gradient),
    "rise": (partial(kx.RISE, masks=95, score="logit"), limits.forward),
    "score_cam": (_score_cam, limits.forward),
    "deletion": (partial(_metric, kx.metrics.deletion), limits.forward),
    "insertion": (partial(_metric, kx.metrics.insertion), limits.forward),
}
_PASSES = {"integrated_gradients": 48, "smooth_grad": 48, "rise": 96, "deletion": 48, "insertion": 48}


def rows(networks, batch, side, rounds):
    """Yields a row a network, method and variant."""
    for name in networks:
        model = measure.network(name, side)
        images, targets = measure.images(model, IMAGES)
        for method, (make, limit) in METHODS.items():
            run, ours = limit(model), make(model, batch_size=batch, verbose=0)
            passes = _PASSES.get(method) or _varying(model, ours.layer, images) + 1
            copies, classes = np.repeat(images, passes, 0), np.repeat(targets, passes)

            def least(run=run, copies=copies, classes=classes):
                for start in range(0, len(copies), batch):
                    run(copies[start : start + batch], classes[start : start + batch])

            variants = {"limit": least, "ours": partial(ours, images, targets)}
            labels = {"network": name, "method": method, "passes": len(copies), "batch": batch}
            yield from measure.compare(variants, rounds, warmup=1, **labels)


def _varying(model, layer, images):
    """Returns how many channels of a layer differ from place to place, on average over the images."""
    activations = kx.Activations(model, layer)(images)
    return round(np.ptp(activations, axis=(1, 2)).astype(bool).sum(axis=1).mean())


if __name__ == "__main__":
    measure.run("many_passes", rows, networks=("MobileNetV2",), batch=32, side=224, rounds=5)
