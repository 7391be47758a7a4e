"""How long does an occlusion map take beside its forward passes, made as fast as a plain network makes them?"""

import importlib.util

import numpy as np

import keras_explain as kx
from benchmarks import limits, measure

BATCHES = (8, 32)
# Where the forward passes of one map take longer, in seconds, a part of them is measured.
LONG = 5


def rows(networks, patches, side, rounds):
    """Yields a row a network, patch size and variant; the stride is half the patch."""
    for name in networks:
        model = measure.network(name, side)
        for patch in patches:
            yield from _compared(model, patch, side, rounds, network=name)


def _compared(model, patch, side, rounds, **labels):
    images, targets = measure.images(model, 1)
    grid = len(range(0, side - patch + 1, patch // 2)) ** 2
    forward = limits.forward(model)
    taken = {batch: _seconds_an_image(forward, images, targets, batch) for batch in BATCHES}
    batch = min(taken, key=taken.get)
    long = taken[batch] * grid > LONG
    passes = min(grid // batch, 4) if long else grid / batch
    options = {"patch": patch, "stride": patch // 2, "fill": 0.0, "verbose": 0}
    for_many = kx.Occlusion(model, **options).plan
    explainer = kx.Occlusion(model, method=for_many.method, **options)
    repeated, same = np.repeat(images, batch, 0), np.repeat(targets, batch)

    def least():
        for start in range(0, round(passes * batch), batch):
            count = min(batch, round(passes * batch) - start)
            forward(repeated[:count], same[:count])

    variants = {"limit": least, "ours": lambda: explainer(images, targets)}
    maps, agreed = explainer(images, targets), {}
    if grid <= 200 and importlib.util.find_spec("xplique"):
        variants["xplique"] = _xplique(model, patch, images, targets, batch)
        agreed["xplique"] = measure.agreement(maps * _covered(patch, side), variants["xplique"]())
    labels |= {"patch": patch, "patches": grid, "batch": batch, "plan": str(for_many)}
    parts = {"limit": grid / (passes * batch)}
    for row in measure.compare(variants, rounds, warmup=0, parts=parts, **labels):
        yield {**row, "agreement": agreed[row["variant"]]} if row["variant"] in agreed else row


def _seconds_an_image(forward, images, targets, batch):
    repeated, same = np.repeat(images, batch, 0), np.repeat(targets, batch)
    forward(repeated, same)
    return np.median([measure.seconds(lambda: forward(repeated, same)) for _ in range(5)]) / batch


def _xplique(model, patch, images, targets, batch):
    import tensorflow as tf
    from xplique.attributions import Occlusion

    wanted = tf.one_hot(targets, model.output_shape[-1])
    explainer = Occlusion(model, batch_size=batch, patch_size=patch, patch_stride=patch // 2, occlusion_value=0.0)
    return lambda: explainer(images, wanted).numpy()


def _covered(patch, side):
    """Returns how many patches cover each pixel, `(1, side, side, 1)`: xplique sums what we average."""
    starts = np.arange(0, side - patch + 1, patch // 2)[:, np.newaxis]
    places = np.arange(side)
    along = ((places >= starts) & (places < starts + patch)).sum(0)
    return np.outer(along, along)[np.newaxis, ..., np.newaxis]


if __name__ == "__main__":
    measure.run("occlusion", rows, networks=measure.NETWORKS, patches=(32, 16), side=224, rounds=measure.ROUNDS)
