"""How much memory does a call add, at its peak? Each measured in a fresh process, since a peak never falls."""

import json
import resource
import subprocess
import sys

import numpy as np

import keras_explain as kx
from benchmarks import measure
from benchmarks.limits import limit
from benchmarks.peers import peers

METHODS = {"grad_cam": kx.GradCAM, "saliency": kx.Saliency}
# Takes the many images.
LIGHT = "MobileNetV2"
OTHERS = ("tf-keras-vis", "xplique", "tf-explain")


def rows(networks, batch, many, side, rounds):
    """Yields a row a network, method, number of images and variant: medians of fresh processes, in turn."""
    for name in networks:
        for method in METHODS:
            yield from _compared(name, method, batch, side, rounds, ["limit", "ours", *OTHERS])
    for count in (32, many):
        yield from _compared(LIGHT, "grad_cam", count, side, rounds, ["ours"])


def _compared(name, method, count, side, rounds, variants):
    found = {variant: [] for variant in variants}
    for _ in range(rounds):
        for variant, sizes in found.items():
            command = [sys.executable, "-m", "benchmarks.memory", name, method, variant, str(count), str(side)]
            printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            sizes.append(json.loads(printed.splitlines()[-1]))
    base = sorted(found[variants[0]])[rounds // 2]
    for variant, sizes in found.items():
        if None not in sizes:
            sizes.sort()
            megabytes = {"megabytes": sizes[rounds // 2], "low": sizes[0], "high": sizes[-1]}
            ratio = {"ratio": round(megabytes["megabytes"] / base, 3)} if len(variants) > 1 else {}
            yield {"network": name, "method": method, "batch": count, "variant": variant, **megabytes, **ratio}


def added(name, method, variant, count, side):
    """Returns by how many megabytes this process grows at its peak while images are explained, the maps apart."""
    model = measure.network(name, side)
    layer = kx.GradCAM(model).layer
    images, targets = measure.images(model, count)
    makers = {"limit": lambda: limit(method, model, layer), "ours": lambda: METHODS[method](model)}
    explain = makers[variant]() if variant in makers else peers(method, model, layer, count).get(variant)
    if explain is None:
        return None
    explain(images[:1], targets[:1])
    before = measure.resident()
    maps = np.asarray(explain(images, targets))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return round(peak - before - maps.nbytes / 2**20)


if __name__ == "__main__":
    if len(sys.argv) == 6 and sys.argv[2] in METHODS:
        print(json.dumps(added(*sys.argv[1:4], *map(int, sys.argv[4:]))))
    else:
        measure.run("memory", rows, networks=("ResNet50",), batch=16, many=2000, side=224, rounds=3)
