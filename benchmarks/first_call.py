"""How long does the first call take, construction and tracing included, beside tracing and calling a bare function?

That of occlusion is compared with its plain way, which it takes where the faster one isn't worth a trace.
"""

import keras_explain as kx
from benchmarks import measure
from benchmarks.limits import limit

METHODS = {"saliency": kx.Saliency, "guided_backprop": kx.GuidedBackprop, "grad_cam": kx.GradCAM}


def rows(networks, patches, side, rounds):
    """Yields a row a network, method and variant; of the first network one a size of patches as well."""
    for name in networks:
        model = measure.network(name, side)
        for method, make in METHODS.items():
            yield from _compared(method, make, model, rounds, network=name)
        for patch in patches if name == networks[0] else ():
            yield from _occlusion(patch, model, rounds, network=name)


def _compared(method, make, model, rounds, **labels):
    images, targets = measure.images(model, 1)
    layer = kx.GradCAM(model).layer
    variants = {
        "limit": lambda: limit(method, model, layer)(images, targets),
        "ours": lambda: make(model)(images, targets),
    }
    yield from measure.compare(variants, rounds, warmup=1, method=method, **labels)


def _occlusion(patch, model, rounds, **labels):
    images, targets = measure.images(model, 1)

    def first(method):
        explainer = kx.Occlusion(model, patch=patch, stride=patch // 2, method=method, verbose=0)
        explainer(images, targets)
        return explainer.plan

    variants = {"limit": lambda: first("plain"), "ours": lambda: first("auto")}
    patches = len(range(0, images.shape[1] - patch + 1, patch // 2)) ** 2
    labels |= {"patch": patch, "patches": patches, "plan": str(first("auto"))}
    yield from measure.compare(variants, rounds, warmup=0, method="occlusion", **labels)


if __name__ == "__main__":
    measure.run("first_call", rows, networks=measure.NETWORKS, patches=(16, 32, 64), side=224, rounds=measure.ROUNDS)
