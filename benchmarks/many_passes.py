"""How long do methods of many passes take beside those passes, in full batches and with nothing else to do?"""

from functools import partial

import numpy as np

import keras_explain as kx
from benchmarks import limits, measure

IMAGES = 2
# What `method(model)` is asked, by what its passes are: their number an image, and whether they go backward, too.
METHODS = {
    "integrated_gradients": (partial(kx.IntegratedGradients, steps=46, verbose=0), 48, limits.gradient),
    "smooth_grad": (partial(kx.SmoothGrad, samples=48, verbose=0), 48, limits.gradient),
}


def rows(networks, batch, side, rounds):
    """Yields a row a network, method and variant."""
    for name in networks:
        model = measure.network(name, side)
        images, targets = measure.images(model, IMAGES)
        for method, (make, passes, limit) in METHODS.items():
            run, count = limit(model), IMAGES * passes
            copies, classes = np.repeat(images, count // IMAGES, 0), np.repeat(targets, count // IMAGES)

            def least(run=run, copies=copies, classes=classes):
                for start in range(0, len(copies), batch):
                    run(copies[start : start + batch], classes[start : start + batch])

            variants = {"limit": least, "ours": partial(make(model, batch_size=batch), images, targets)}
            labels = {"network": name, "method": method, "passes": count, "batch": batch}
            yield from measure.compare(variants, rounds, warmup=1, **labels)


if __name__ == "__main__":
    measure.run("many_passes", rows, networks=measure.NETWORKS, batch=32, side=224, rounds=5)
