"""Models and modules as strangers send them: a sentence, no traceback, and no waiting."""

import os

import keras
import pytest
from keras import layers

from keras_explain.cli.files import why_no_file
from keras_explain.cli.models import is_the_models
from tests.cli.commands import refused, run

MODULES = {
    "broken": "1 / 0",
    "leaves": "import sys\nprint('bye')\nsys.exit(3)",
    "no_syntax": "def (",
    "many_lines": "raise RuntimeError('a\\nb\\x1b[31m\\udcff')",
    "silent": "raise AssertionError",
    "incomplete": "import nowhere_at_all",
}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_that_fails_is_refused(folder, capsys, name):
    (folder / f"{name}.py").write_text(MODULES[name])
    try:
        code, _, err = run(capsys, "layers", "model.keras", "--custom-objects", name)
    except SystemExit:
        pytest.fail("the module ended the command")
    line = err.splitlines()[-1]
    assert code == 2 and line.startswith(f"keras-explain: error: --custom-objects {name} can't be imported: ")
    assert line.isprintable() and ": " in line.split("imported: ")[1]


def test_what_a_module_prints_is_none_of_the_results(folder, capsys):
    (folder / "talks.py").write_text("print('hello')")
    code, out, err = run(capsys, "layers", "model.keras", "--custom-objects", "talks")
    assert code == 0 and "hello" in err and "hello" not in out


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("pkg/mine.py", "such as pkg.mine"),
        ("./mine.py", "such as mine"),
        ("mine.py", "such as mine"),
        ("../mine", "such as my_layers"),
        *((name, "such as my_layers") for name in ("", ".", "..", ".x", "a b", "/dev/zero", "caf\udce9", "\x00")),
        ("labels.txt", "can't be imported"),
        ("x" * 300, "can't be imported"),
    ],
)
def test_what_is_no_modules_name_is_refused(folder, capsys, name, hint):
    (folder / "mine.py").write_text("raise SystemExit")
    code, line = refused(capsys, "layers", "model.keras", "--custom-objects", name)
    assert code == 2 and hint in line


def made(folder, kind):
    path = folder / f"{kind}.keras"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "dangling":
        path.symlink_to("nowhere")
    elif kind == "cut":
        path.write_bytes((folder / "model.keras").read_bytes()[:-40])
    elif kind == "lambda":
        keras.Sequential([keras.Input((8, 8, 3)), layers.Lambda(lambda x: 2 * x), layers.Flatten()]).save(path)
    return path


@pytest.mark.parametrize(
    ("kind", "code", "why"),
    [
        ("pipe", 2, "is a pipe"),
        ("device", 2, "is a device"),
        ("dangling", 2, "is a link to nothing"),
        ("cut", 1, "cut off"),
        ("lambda", 1, "Lambda"),
    ],
)
def test_a_file_that_is_no_model_is_refused(folder, capsys, in_time, kind, code, why):
    found, line = refused(capsys, "layers", made(folder, kind).name)
    assert found == code and why in line


def test_a_pipe_called_h5_is_not_opened(folder, capsys, in_time):
    os.mkfifo("model.hdf5")
    assert refused(capsys, "layers", "model.hdf5")[0] == 2


@keras.saving.register_keras_serializable("tests")
class Late(layers.Layer):
    """A layer that can be built and loaded, and not called."""

    works = True

    def call(self, x):
        if not self.works:
            raise RuntimeError("not\nnow")
        return x

    def compute_output_shape(self, shape):
        return shape


@pytest.mark.parametrize("command", ["layers", "explain", "visualize"])
def test_a_model_that_fails_is_told_in_a_line(folder, capsys, monkeypatch, command):
    keras.Sequential([keras.Input((8, 8, 3)), Late(), layers.Flatten(), layers.Dense(2)]).save("late.keras")
    monkeypatch.setattr(Late, "works", False)
    rest = {"layers": [], "explain": ["photos"], "visualize": ["--target", 0]}[command]
    code, _, err = run(capsys, command, "late.keras", *rest)
    line = err.splitlines()[-1]
    assert code == 1 and line.isprintable() and "Late.call(). not now" in line
    assert line.startswith("keras-explain: error: the model can't be called: RuntimeError: Exception")


def test_a_fault_of_ours_is_none_of_the_models():
    with pytest.raises(TypeError) as raised:
        why_no_file(None)
    assert not is_the_models(raised.value)


def test_a_model_that_does_not_know_its_images_needs_their_size(folder, capsys):
    keras.Sequential([layers.Conv2D(2, 3), layers.GlobalMaxPooling2D(), layers.Dense(2)]).save("unbuilt.keras")
    code, line = refused(capsys, "layers", "unbuilt.keras")
    assert code == 2 and "give --size, the height and the width" in line
    code, out, _ = run(capsys, "layers", "unbuilt.keras", "--size", 8, 9)
    assert code == 0 and "grad_cam: applies" in out and "6 x 7 x 2" in out


@pytest.mark.parametrize(
    "options",
    [["--size", "0", "8"], ["--output", "\u00b2"], ["--output", "-"], ["--output", "9" * 30], ["--wrong\n\x1b[31m"]],
)
def test_options_that_make_no_sense_are_refused(folder, capsys, options):
    assert refused(capsys, "layers", "model.keras", *options)[0] in (1, 2)
