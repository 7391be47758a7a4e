"""The commands as they are typed, on the files that people have."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import keras_explain
from keras_explain import load
from keras_explain.photographs.reading import read_photo
from keras_explain.photographs.scaling import choose_scale
from tests.cli.commands import NAMES, explain, network, photo, refused, run
from tests.networks import without_relu


def test_each_photograph_gets_a_folder(folder, capsys):
    code, out, err = explain(capsys, "photos", "--class-names", "labels.txt", "--target", "Tabby")
    assert code == 0
    assert sorted(path.name for path in (folder / "why").iterdir()) == ["one", "three", "two"]
    found = load(folder / "why" / "one")
    assert found.targets.tolist() == [2] and found.class_names == NAMES
    assert found.settings["photo"] == str(folder / "photos" / "one.png") and found.settings["scale"] == "0..255"
    assert found.images.shape == (1, 24, 32, 3) and found.images.max() > 100
    assert "stretched to 24 x 32 (bilinear" in err and "in RGB" in err and "'rescaling'" in err
    assert out.count(" -> why/") == 3


def test_a_second_run_replaces_its_own_results(folder, capsys):
    for _ in range(2):
        assert explain(capsys, "photos/*.png", "--target", "top3")[0] == 0
    assert load("why/one").targets.shape == (1, 3)


def test_of_many_photographs_the_broken_one_is_named(folder, rng, capsys):
    (folder / "many").mkdir()
    for i in range(40):
        photo(rng, (16, 16)).save(f"many/{i:02}.png")
    (folder / "many" / "07.jpg").write_text("no picture")
    (folder / "many" / "08.png").write_bytes((folder / "many" / "09.png").read_bytes()[:200])
    code, out, err = explain(capsys, "many", "--batch-size", 16)
    assert code == 1 and out.count(" -> ") == 39
    failed = [line for line in err.splitlines() if "error" in line]
    assert len(failed) == 2 and "'many/07.jpg'" in failed[0] and "'many/08.png'" in failed[1]
    assert len(list((folder / "why").iterdir())) == 39


def test_photographs_of_one_name_do_not_overwrite_each_other(folder, rng, capsys):
    for name in ("a", "b"):
        (folder / name).mkdir()
        photo(rng).save(f"{name}/cat.png")
    assert explain(capsys, "a", "b", "a/cat.png")[0] == 0
    assert sorted(path.parent.as_posix() for path in Path("why").rglob("manifest.json")) == ["why/a/cat", "why/b/cat"]
    assert explain(capsys, "a", "--out", "alone")[0] == 0
    before = (folder / "alone" / "cat" / "arrays.npz").read_bytes()
    code, _, err = explain(capsys, "b", "--out", "alone")
    assert code == 1 and "choose another --out" in err
    assert (folder / "alone" / "cat" / "arrays.npz").read_bytes() == before


def test_a_photograph_too_small_for_the_network_is_named(folder, rng, capsys):
    network((None, None)).save("model.keras")
    photo(rng, (2, 2)).save("photos/small.png")
    code, out, err = explain(capsys, "photos")
    assert code == 1 and out.count(" -> ") == 3
    assert "keras-explain: error: 'photos/small.png' was not explained: " in err
    assert err.splitlines()[-1].endswith("1 of 4 photographs were not explained: 'photos/small.png'.")


def test_an_interrupted_run_leaves_whole_results(folder, capsys, monkeypatch):
    def interrupt(path, *arguments):
        if path.name == "two.jpg":
            raise KeyboardInterrupt
        return read_photo(path, *arguments)

    monkeypatch.setattr("keras_explain.photographs.intake.read_photo", interrupt)
    code, out, err = explain(capsys, "photos", "--batch-size", 1)
    assert out.startswith("photos/one.png: ") and out.count("\n") == 1
    assert code == 130 and "of 3 photographs, each of them whole" in err
    assert [path.name for path in (folder / "why").iterdir()] == ["one"] and len(load("why/one")) == 1


def test_a_model_of_any_size_takes_photographs_as_they_are(folder, rng, capsys):
    network((None, None), 1).save("model.keras")
    photo(rng, (20, 50)).save("photos/other.png")
    assert explain(capsys, "photos")[0] == 0
    assert load("why/other").images.shape == (1, 50, 20, 1) and load("why/one").images.shape == (1, 30, 40, 1)
    assert explain(capsys, "photos", "--size", 12, 14)[0] == 0
    assert load("why/other").images.shape == (1, 12, 14, 1)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["model.keras", "phots"], 2, "did you mean 'photos'"),
        (["model.keras", "*.gif"], 2, "fits none"),
        (["model.keras", "deep"], 2, "deeper below give 'deep/**'"),
        (["nope.keras", "photos"], 2, "does not exist"),
        (["photos", "photos"], 2, "SavedModel"),
        (["labels.txt", "photos"], 2, ".keras or .h5"),
        (["net.weights.h5", "photos"], 2, "weights alone"),
        (["model.keras"], 2, "photos"),
        (["model.keras", "photos", "--method", "gradcam"], 2, "did you mean 'grad_cam'"),
        (["model.keras", "photos", "--target", "tabbi", "--class-names", "labels.txt"], 2, "did you mean 'tabby"),
        (["model.keras", "photos", "--target", "tabby"], 2, "--class-names"),
        (["model.keras", "photos", "--target", "3"], 2, "from 0 to 2"),
        (["model.keras", "photos", "--target", "top9"], 2, "at least 9"),
        (["model.keras", "photos", "--layer", "conf"], 2, "did you mean 'conv'"),
        (["model.keras", "photos", "--scale", "resnet51"], 2, "did you mean"),
        (["model.keras", "photos", "--scale", "1..0"], 2, "low to high"),
        (["model.keras", "photos", "--size", "8", "8"], 2, "24 32"),
        (["model.keras", "photos", "--class-names", "model.keras"], 2, "text file"),
        (["model.keras", "photos", "--batch-size", "0"], 2, "whole number"),
        (["model.keras", "photos", "--out", "labels.txt"], 2, "which is a file"),
    ],
)
def test_what_is_typed_wrong_is_refused_in_a_line(folder, capsys, arguments, code, message):
    (folder / "net.weights.h5").write_bytes(b"")
    (folder / "deep" / "inner").mkdir(parents=True)
    found, line = refused(capsys, "explain", *arguments)
    assert found == code and message in line
    assert not (folder / "why").exists()


def test_a_method_that_does_not_apply_is_named(folder, capsys):
    without_relu().save("model.keras")
    code, out, err = run(capsys, "explain", "model.keras", "photos/one.png", "--method", "cam", "--method", "saliency")
    assert code == 1 and "cam is left out" in err and "one.png" in out


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_custom_objects(folder, capsys, ending):
    module, name = f"layers_{ending}", f"Twice_{ending}"
    registered = f"@keras.saving.register_keras_serializable('mine')\nclass {name}(keras.layers.Layer):\n"
    (folder / f"{module}.py").write_text(f"import keras\n{registered}    def call(self, x):\n        return 2 * x\n")
    chain = f"keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3), {module}.{name}(), keras.layers.GlobalMaxPooling2D()"
    made = f"import keras, {module}; keras.Sequential([{chain}]).save('own.{ending}')"
    subprocess.run([sys.executable, "-c", made], check=True, capture_output=True)
    code, line = refused(capsys, "layers", f"own.{ending}")
    assert code == 1 and f"'{name}'" in line and "--custom-objects" in line
    assert refused(capsys, "layers", f"own.{ending}", "--custom-objects", "nowhere")[0] == 2
    assert run(capsys, "layers", f"own.{ending}", "--custom-objects", module)[0] == 0


@pytest.mark.parametrize("name", ["text.keras", "text.h5"])
def test_a_file_that_is_no_model(folder, capsys, name):
    (folder / name).write_text("no model")
    assert refused(capsys, "layers", name)[0] == 1


def test_layers(folder, capsys):
    code, out, _ = run(capsys, "layers", "model.keras")
    assert code == 0
    (line,) = [line for line in out.splitlines() if "<- looked at" in line]
    assert line.split()[:2] == ["conv", "Conv2D"] and "22 x 30 x 4" in line
    assert out.startswith("cam: applies") and "occlusion: applies" in out
    without_relu().save("other.keras")
    _, out, _ = run(capsys, "layers", "other.keras")
    assert "cam: doesn't apply: expected a head" in out


def test_visualize(folder, capsys):
    options = ["--class-names", "labels.txt", "--steps", 3, "--seed", 1, "--out", "new/class.png"]
    code, out, _ = run(capsys, "visualize", "model.keras", "--target", "bee", "--target", 0, *options)
    assert code == 0 and "bee: score" in out
    assert Image.open("new/class.png").size[0] > 300
    code, _, err = run(capsys, "visualize", "model.keras", "--target", 0, "--recipe", "natural", "--steps", 3)
    assert code == 0 and "0..255" in err
    assert refused(capsys, "visualize", "model.keras", "--target", 9, "--out", "no.png")[0] == 2
    assert not (folder / "no.png").exists()


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (lambda: network(scaled=True), "0..255"),
        (lambda: network(scaled=False), "0..1"),
        (lambda: network(scaled=False, name="mobilenetv2_1.00_224"), "mobilenet_v2"),
        (lambda: network(scaled=False, name="resnet50v2"), "resnet_v2"),
        (lambda: network(scaled=False, name="vgg16"), "vgg16"),
    ],
)
def test_the_scale_that_a_model_tells(model, name):
    assert choose_scale(None, model()).name == name


def test_scales():
    pixels = np.array([0, 51, 255], np.uint8).reshape(1, 1, 3, 1).repeat(3, axis=3)
    np.testing.assert_allclose(choose_scale("-1..1", None).apply(pixels)[0, 0, :, 0], [-1, -0.6, 1], atol=1e-6)
    caffe = choose_scale("resnet50", None).apply(pixels)
    np.testing.assert_allclose(caffe[0, 0, 0], [-103.939, -116.779, -123.68], rtol=1e-5)
    assert pixels.max() == 255


def test_as_a_program(folder):
    def typed(*arguments):
        command = [sys.executable, "-m", "keras_explain", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(Path(keras_explain.__file__).parents[1])}
        return subprocess.run(command, capture_output=True, text=True, env=environment)

    helped = typed("explain", "--help")
    assert helped.returncode == 0 and "keras-explain explain model.keras photo.jpg" in helped.stdout
    wrong = typed("explain", "model.keras", "photos", "--target", "9")
    assert wrong.returncode == 2 and "Traceback" not in wrong.stderr
    assert wrong.stderr.splitlines()[-1].startswith("keras-explain: error: expected targets from 0 to 2")
