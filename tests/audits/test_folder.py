"""The folder of an audit: whole or not at all, gone on with, and never mixed with another."""

import contextlib
import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import keras_explain as kx
from keras_explain.audits.folder import audit_folder
from tests.audits.networks import data, network

COUNT = 2300  # Three shards of 1024, with batches of 50 across their ends.


@pytest.fixture(scope="module")
def model():
    return network()


@pytest.fixture(scope="module")
def undisturbed(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    kx.audit(model, data(COUNT), out=folder)
    return content(folder)


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_a_folder_holds(undisturbed, model, tmp_path):
    names = {f"{room}/{i:05d}.{kind}" for i in range(3) for room, kind in KINDS.items()}
    assert undisturbed.keys() == {"manifest.json", ".lock"} | names
    for name, text in undisturbed.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text)
    audit = kx.load_audit(tmp_path)
    assert len(audit) == COUNT and audit.complete and audit.manifest["layer"] == "last"
    assert audit.table["index"].to_pylist() == list(range(COUNT))
    held = kx.audit(model, data(COUNT))
    assert held.table.equals(audit.table)
    np.testing.assert_array_equal(held.maps[1000:1060], audit.maps[1000:1060])
    (tmp_path / "maps" / "00001.npy").unlink()
    with pytest.raises(kx.InputError, match="maps of shard 1 are missing"):
        kx.load_audit(tmp_path)


KINDS = {"rows": "parquet", "maps": "npy", "features": "npy"}
KILLED = """
import os, signal, sys
import keras, keras_explain as kx
from tests.audits.networks import data
replace, calls = os.replace, []

def until(draft, path):  # killed as the maps of the second shard would be put in their place
    calls.append(path)
    if len(calls) == 6:
        os.kill(os.getpid(), signal.SIGKILL)
    replace(draft, path)

model = keras.models.load_model("model.keras")
os.replace = until
kx.audit(model, data(2300), out="audit")
"""


def test_after_a_kill_the_same_call_ends_with_the_same_bytes(undisturbed, tmp_path):
    model = network(tmp_path / "model.keras")
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    killed = subprocess.run([sys.executable, "-c", KILLED], cwd=tmp_path, env=environment, capture_output=True)
    assert killed.returncode == -9, killed.stderr
    out = tmp_path / "audit"
    found = content(out)
    assert {"features/00001.npy", "maps/00001.npy.part"} < found.keys() and "rows/00001.parquet" not in found
    begun = kx.load_audit(out)
    assert len(begun) == 1024 and not begun.complete and str(begun).endswith("unfinished: the same call goes on.")
    kx.audit(model, data(COUNT), out=out)
    assert content(out) == undisturbed


def test_only_what_is_missing_is_explained(model, tmp_path):
    asked = []

    def score(outputs, target):
        import tensorflow as tf

        tf.py_function(lambda y: asked.append(len(y)), [outputs], [])
        return outputs[:, 0]

    def ran(count):
        asked.clear()
        audit = kx.audit(model, data(count), method=kx.GradCAM(model, score=score, batch_size=50), out=tmp_path / "a")
        assert len(audit) == count
        return sum(asked)

    assert ran(1200) == 1200 and ran(1200) == 0 and ran(1300) == 100


@contextlib.contextmanager
def full_disk(room):
    """Within the block no file can become larger than that, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_and_leaves_what_is_whole(model, undisturbed, tmp_path):
    with full_disk(20_000), pytest.raises(kx.OptionError, match="File too large. What it holds is whole"):
        kx.audit(model, data(COUNT), out=tmp_path)
    assert content(tmp_path).keys() == {".lock", "manifest.json"}
    kx.audit(model, data(COUNT), out=tmp_path)
    assert content(tmp_path) == undisturbed


def test_one_process_at_a_time(model, tmp_path):
    with audit_folder(tmp_path / "a"), pytest.raises(kx.OptionError, match="another one audits into .*wait"):
        kx.audit(model, data(50), out=tmp_path / "a")
    assert len(kx.audit(model, data(50), out=tmp_path / "a")) == 50


def test_another_audit_or_other_files_are_refused(model, tmp_path):
    out = tmp_path / "a"
    kx.audit(model, data(50), out=out)
    before = content(out)
    changed = network()
    changed.set_weights([weights + 1e-3 for weights in changed.get_weights()])
    for other, options, what in (
        (changed, {}, "weights"),
        (model, {"method": "cam"}, "method"),
        (model, {"target": 2}, "target"),
        (model, {"class_names": list("abcd")}, "class names"),
    ):
        with pytest.raises(kx.OptionError, match=f"with other {what}; choose another"):
            kx.audit(other, data(50), out=out, **options)
    with pytest.raises(kx.InputError, match="order in which they came before, received another one as number 0"):
        kx.audit(model, data(80).map(lambda x, y: (x[::-1], y)), out=out)
    assert content(out) == before
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mine.txt").write_text("mine")
    with pytest.raises(kx.OptionError, match="which holds 'mine.txt'"):
        kx.audit(model, data(50), out=tmp_path / "b")
    with pytest.raises(kx.InputError, match="expected a folder that holds a keras_explain audit"):
        kx.load_audit(tmp_path / "b")


def photo(path, seed):
    pixels = np.random.default_rng(seed).integers(256, size=(9, 12, 3)).astype("uint8")
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def test_photographs_that_become_more_while_some_are_broken(model, tmp_path):
    for name in ("ant", "bee", "cat", "dog"):
        for i in range(3):
            photo(tmp_path / f"photos/{name}/{i}.png", i)
    (tmp_path / "photos/bee/1.png").write_bytes(b"no picture")
    audit = kx.audit(model, tmp_path / "photos", out=tmp_path / "a")
    assert len(audit) == 11 and audit.keys[4] == "bee/2.png" and list(audit.broken) == ["bee/1.png"]
    assert (
        audit.class_names == ["ant", "bee", "cat", "dog"]
        and audit.labels.tolist() == [0] * 3 + [1] * 2 + [2] * 3 + [3] * 3
    )
    assert "1 could not be read" in str(audit)
    before = content(tmp_path / "a")
    assert len(kx.audit(model, tmp_path / "photos", out=tmp_path / "a")) == 11 and content(tmp_path / "a") == before
    photo(tmp_path / "photos/ant/9.png", 9)
    photo(tmp_path / "photos/bee/1.png", 1)  # it was mended
    audit = kx.audit(model, tmp_path / "photos", out=tmp_path / "a")
    assert audit.keys[11:] == ["ant/9.png", "bee/1.png"] and not audit.broken and audit.complete
    assert audit.table["index"].to_pylist() == list(range(13))
    assert len(kx.load_audit(tmp_path / "a")) == 13


def test_masks_in_a_folder(model, tmp_path):
    for i in range(4):
        photo(tmp_path / f"photos/{i}.jpg", i)
    mask = np.zeros((9, 12), "uint8")
    mask[:, :6] = 255
    (tmp_path / "masks").mkdir()
    for i in (0, 2):
        Image.fromarray(mask).save(tmp_path / f"masks/{i}.png")
    audit = kx.audit(model, tmp_path / "photos", regions=tmp_path / "masks")
    energy = audit.table["energy_inside"].to_pylist()
    assert energy[1] is None and energy[3] is None and 0 <= energy[0] <= 1 and energy[0] != energy[2]
    assert "of the evidence inside the region of 2 images" in str(audit)
    with pytest.raises(kx.OptionError, match="function of the key or a folder, since photographs"):
        kx.audit(model, tmp_path / "photos", regions=[[0, 0, 2, 2]] * 4)
