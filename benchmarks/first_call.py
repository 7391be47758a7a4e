"""How long does the first call take, construction and tracing included, beside tracing and calling a bare function?"""

import keras_explain as kx
from benchmarks import measure
from benchmarks.limits import limit

METHODS = {"saliency": kx.Saliency, "guided_backprop": kx.GuidedBackprop, "grad_cam": kx.GradCAM}


def rows(networks, side, rounds):
    """Yields a row a network, method and variant."""
    for name in networks:
        model = measure.network(name, side)
        for method, make in METHODS.items():
            yield from _compared(method, make, model, rounds, network=name)


def _compared(method, make, model, rounds, **labels):
    images, targets = measure.images(model, 1)
    layer = kx.GradCAM(model).layer
    variants = {
        "limit": lambda: limit(method, model, layer)(images, targets),
        "ours": lambda: make(model)(images, targets),
    }
    yield from measure.compare(variants, rounds, warmup=1, method=method, **labels)


if __name__ == "__main__":
    measure.run("first_call", rows, networks=measure.NETWORKS, side=224, rounds=measure.ROUNDS)
