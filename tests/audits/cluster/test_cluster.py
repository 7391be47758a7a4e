"""Audits by Ray on a cluster of two nodes in one machine: the rows of a local audit, whatever is killed meanwhile."""

import functools
import importlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image

import keras_explain as kx
from tests.audits.networks import SHAPE, network
from tests.networks import Chain

ROOT = Path(__file__).parents[3]
CLASSES = ("ant", "bee", "cat", "dog")
COUNT, ROWS = 25, 64  # Of each class, and of a shard, after which 35 are left; one photograph is broken.
BROKEN = "bee/003.png"
# The command line as a process that is killed as soon as the first shard stands, while workers are at the others.
KILLED = f"""
import importlib, os, signal, sys
from keras_explain.cli import main
importlib.import_module("keras_explain.audits.audit")._ROWS = {ROWS}
replace = os.replace

def once(draft, path):
    replace(draft, path)
    if str(path).endswith("rows/00000.parquet"):
        os.kill(os.getpid(), signal.SIGKILL)

os.replace = once
main(["audit", "model.keras", "photos", "--regions", "masks", "--out", "there", "--ray", sys.argv[1]])
"""


@pytest.fixture(scope="module")
def address():
    import ray
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_worker_niceness", "0")  # or else other tests would leave workers no time
        cluster = Cluster()
        try:
            for _ in range(2):
                cluster.add_node(num_cpus=1, object_store_memory=100_000_000, include_dashboard=False)
        except Exception as error:  # Ray has no class for it
            if "timed out during startup" not in str(error):
                raise
            pytest.skip(f"no Ray cluster can be started here: {error}")
        ray.init(address=cluster.address, log_to_driver=False)
        try:
            yield cluster.address
        finally:
            ray.shutdown()
            cluster.shutdown()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Photographs of four classes, of which one is broken and one has a mask, and the model."""
    folder, rng = tmp_path_factory.mktemp("cluster"), np.random.default_rng(2)
    for name in CLASSES:
        (folder / "photos" / name).mkdir(parents=True)
        for i in range(COUNT):
            pixels = rng.integers(256, size=(*SHAPE[:2], 3)).astype("uint8")
            Image.fromarray(pixels).save(folder / f"photos/{name}/{i:03d}.png")
    (folder / "photos" / BROKEN).write_bytes(b"no picture")
    (folder / "masks" / "dog").mkdir(parents=True)
    mask = np.zeros(SHAPE[:2], "uint8")
    mask[:, :4] = 255
    Image.fromarray(mask).save(folder / "masks/dog/020.png")
    network(folder / "model.keras")
    return folder


def left(folder, key):
    """The same as the folder of masks, for an audit that notes what it asks for; its first worker is killed."""
    with open(folder / "asked", "a") as asked:
        asked.write(f"{key}\n")
    if (folder / "kill").exists():
        (folder / "kill").unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    return [0, 0, SHAPE[0], 4] if key == "dog/020.png" else None


def check_same(found, wanted):
    """Holds the rows of an audit to those of another: names and classes are equal, numbers close."""
    assert found.complete and found.manifest == wanted.manifest and found.broken == wanted.broken
    for name in wanted.table.column_names:
        ours, theirs = found.table[name].to_pylist(), wanted.table[name].to_pylist()
        if isinstance(theirs[0], float) or name in ("top_probabilities", "energy_inside"):
            ours, theirs = (np.array([np.nan if one is None else one for one in values]) for values in (ours, theirs))
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
        else:
            assert ours == theirs, name
    for name in ("maps", "features"):
        ours, theirs = np.asarray(getattr(found, name)), np.asarray(getattr(wanted, name))
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-5)  # float16 on the disk


def test_photographs_whoever_is_killed(folder, address, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(importlib.import_module("keras_explain.audits.audit"), "_ROWS", ROWS)
    model = keras.saving.load_model("model.keras")
    wanted = kx.audit(model, "photos", regions="masks", out="here")
    killed = subprocess.run([sys.executable, "-c", KILLED, address], capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    begun = kx.load_audit("there")
    assert len(begun) == ROWS and not begun.complete
    (folder / "kill").touch()
    regions = functools.partial(left, folder)
    found = kx.audit(model, "photos", regions=regions, out="there", ray=address, workers=1)
    check_same(found, wanted)
    assert not (folder / "kill").exists() and list(found.broken) == [BROKEN] and found.labels[-1] == 3
    assert set((folder / "asked").read_text().split()) == set(wanted.keys[ROWS:])
    assert found.energy_inside[-5] > 0 and np.isfinite(found.energy_inside).sum() == 1
    assert kx.load_audit("there").table.equals(found.table)


@keras.saving.register_keras_serializable("tests")
class Halved(layers.Layer):
    def call(self, x):
        return x / 2


def test_images_that_ray_reads(folder, address):
    import ray.data

    dataset = ray.data.read_images(str(folder / "photos" / "ant"), include_paths=True)
    chain = [keras.Input(SHAPE), Halved(), layers.Conv2D(3, 3, name="conv"), layers.GlobalAveragePooling2D()]
    model = keras.Sequential([*chain, layers.Dense(2)])
    paths = sorted((folder / "photos" / "ant").iterdir())[:20]
    found = kx.audit(model, dataset, count=20, labels=False, batch_size=16, workers=1)
    images = np.stack([np.asarray(Image.open(path)) for path in paths])
    check_same(found, kx.audit(model, images, keys=list(map(str, paths))))


def test_rows_without_names(address):
    import ray.data

    images = np.random.default_rng(3).normal(size=(50, *SHAPE)).astype("float32")
    images[7] = np.nan
    labels = [None, *range(1, 50)]
    rows = [{"x": image, "y": label and label % 4} for image, label in zip(images, labels)]
    model = network()
    found = kx.audit(model, ray.data.from_items(rows, override_num_blocks=5), batch_size=20, trust=True, workers=1)
    wanted = kx.audit(model, images, labels=[label and label % 4 for label in labels], batch_size=20, trust=True)
    check_same(found, wanted)
    assert found.keys[6:8] == ["6", "8"] and list(found.broken) == ["7"]


def test_what_cannot_be_sent(address, folder):
    import ray.data

    model, image = network(), np.zeros(SHAPE, "float32")
    named = ray.data.from_items([{"image": image, "key": "a"}])
    other, twice = (ray.data.from_items([{"image": image, name: 1}]) for name in ("width", "x"))
    for options, message in (
        ({"method": kx.GradCAM(model)}, "a method's key or class by Ray"),
        ({"layer": model.get_layer("conv")}, "layer= by its name"),
        ({"target": [1]}, "one class for all images by Ray, received"),
        ({"labels": [1]}, "in columns of the Ray dataset"),
        ({"regions": [[0, 0, 2, 2]]}, "a function of the key or a folder"),
        ({"data": ray.data.from_items([{"x": image}]), "regions": lambda key: None}, "images with names"),
        ({"data": other}, r"a column image \(or x\), and label .* received \['image', 'width'\]"),
        ({"data": twice}, r"received \['image', 'x'\]"),
        ({"ray": address}, "beside a Ray dataset, which has its cluster"),
        ({"workers": 0}, "workers= as a whole number from 1"),
        ({"data": [image], "ray": address}, "photographs or a Ray dataset by Ray"),
        ({"data": folder / "photos", "workers": 2}, "expected ray= beside workers="),
        ({"score": functools.partial(scored, threading.Lock())}, "options that can be sent to workers"),
    ):
        with pytest.raises(kx.OptionError, match=message):
            kx.audit(**{"model": model, "data": named, **options})
    with pytest.raises(kx.ModelError, match="a model that can be saved, since workers load it"):
        kx.audit(Chain([layers.Conv2D(2, 3), layers.GlobalAveragePooling2D()]), named)


def scored(lock, outputs, target):
    return outputs[:, 0]
