"""How long does each method take beside the arithmetic that it can't do without, and beside other libraries?"""

import contextlib
from functools import partial

import keras_explain as kx
from benchmarks import measure
from benchmarks.limits import limit
from benchmarks.peers import peers

METHODS = {
    "saliency": partial(kx.Saliency, magnitude="abs"),
    "deconvnet": kx.DeconvNet,
    "guided_backprop": kx.GuidedBackprop,
    "guided_grad_cam": kx.GuidedGradCAM,
    "grad_cam": kx.GradCAM,
    "cam": kx.CAM,
}


def rows(networks, batches, side, rounds):
    """Yields a row a network, batch size, method and variant; none of CAM for a network that it isn't defined for."""
    for name in networks:
        model = measure.network(name, side)
        layer = kx.GradCAM(model).layer
        for method, ours in _explainers(model).items():
            for batch in batches:
                yield from _compared(method, ours, model, layer, batch, rounds, network=name)


def _explainers(model):
    found = {}
    for method, make in METHODS.items():
        with contextlib.suppress(kx.MethodError):
            found[method] = make(model)
    return found


def _compared(method, ours, model, layer, batch, rounds, **labels):
    images, targets = measure.images(model, batch)
    others = peers(method, model, layer, batch)
    maps = ours(images, targets)
    agreements = {other: measure.agreement(maps, function(images, targets)) for other, function in others.items()}
    functions = {"limit": limit(method, model, layer), "ours": ours, **others}
    variants = {name: partial(function, images, targets) for name, function in functions.items()}
    variants["limit"]()  # as the others were called once
    for row in measure.compare(variants, rounds, warmup=0, method=method, batch=batch, **labels):
        agreed = agreements.get(row["variant"])
        yield row if agreed is None else {**row, "agreement": agreed}


if __name__ == "__main__":
    measure.run("methods", rows, networks=measure.NETWORKS, batches=(1, 16), side=224, rounds=measure.ROUNDS)
