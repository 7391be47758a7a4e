"""How many photographs an hour do workers of a Ray cluster explain, of one core each, beside bare calls on one core?

Starting is left out: what counts is the time from the first shard that stands to the last. Ray has to be installed.
"""

import tempfile
import time
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image

import keras_explain as kx
from benchmarks import measure
from benchmarks.limits import grad_cam

_HOUR, _SHARD = 3600, 1024


def rows(network, layer, batch, shards, rounds):
    """Yields a row for the arithmetic of one core, and one for one and for two workers."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    model, pace = measure.network(network, 224), {"arithmetic": [], "1 worker": [], "2 workers": []}
    explain, (images, targets) = grad_cam(model, layer), measure.images(model, batch)
    with tempfile.TemporaryDirectory() as folder:
        photos = _photographs(Path(folder) / "photos", shards * _SHARD)
        few = kx.Photographs(*photos.glob("000*.jpg"), scale="-1..1").listed(model)
        explain(images, targets)
        for turn in range(rounds):
            bare = np.median([_core_seconds(lambda: explain(images, targets)) for _ in range(5)]) / batch
            read = _core_seconds(lambda: [few.intake.read(photo) for photo in few.found.photos]) / len(few.keys)
            pace["arithmetic"].append(_HOUR / (bare + read))
            for count, name in enumerate(("1 worker", "2 workers"), 1):
                out = Path(folder) / f"{turn} {count}"
                kx.audit(model, photos, layer=layer, batch_size=batch, out=out, ray="local", workers=count)
                stood = sorted(path.stat().st_mtime for path in out.glob("rows/*.parquet"))
                pace[name].append(_HOUR * (shards - 1) * _SHARD / (stood[-1] - stood[0]))
    for name, found in pace.items():
        ratio = np.median(np.divide(found, pace["arithmetic"]))
        median = float(np.median(found))
        yield {"network": network, "variant": name, "images_an_hour": round(median), "ratio": round(float(ratio), 3)}


def _core_seconds(function):
    """Returns how long a core works on a call of one thread."""
    start = time.process_time()
    function()
    return time.process_time() - start


def _photographs(folder, count):
    """Returns a folder of photographs, 400 x 300 in JPEG, each another one."""
    folder.mkdir()
    coarse = np.random.default_rng(0).integers(256, size=(count, 10, 12, 3)).astype("uint8")
    for i, pixels in enumerate(coarse):
        Image.fromarray(pixels).resize((400, 300), Image.Resampling.BICUBIC).save(folder / f"{i:05d}.jpg")
    return folder


if __name__ == "__main__":
    measure.run("cluster", rows, network="MobileNetV2", layer="out_relu", batch=32, shards=3, rounds=1)
