"""What TensorFlow writes below Python, in processes of their own: it is imported once in each."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import keras_explain

# A library that writes as TensorFlow's does.
LIBRARY = r"""
import os
os.write(2, b"WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n")
os.write(2, b"I0000 00:00:17.5 69 cudart_stub.cc:31] Could not find cuda drivers.\nsomething else\n")
"""


def typed(folder, script, **environment):
    command = [sys.executable, "-c", f"from keras_explain.cli.quiet import import_tensorflow\n{script}"]
    known = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    places = os.pathsep.join([str(folder), str(Path(keras_explain.__file__).parents[1])])
    environment = {**known, "PYTHONPATH": places, **environment}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def imported(folder, source, **environment):
    (folder / "tensorflow.py").write_text(source)
    return typed(folder, "import_tensorflow()", **environment).stderr


def test_the_lines_of_the_library_are_held_back_and_no_others(tmp_path):
    assert imported(tmp_path, LIBRARY) == "something else\n"
    assert imported(tmp_path, LIBRARY, TF_CPP_MIN_LOG_LEVEL="0").count("\n") == 3


@pytest.mark.parametrize(("end", "told"), [("os.abort()", "Fatal Python error"), ("1 / 0", "ZeroDivisionError")])
def test_what_ends_the_import_is_told(tmp_path, end, told):
    assert told in imported(tmp_path, LIBRARY + end)


def test_tensorflow_itself_says_nothing(tmp_path):
    assert typed(tmp_path, "import_tensorflow()\nimport tensorflow as tf\ntf.zeros(3)").stderr == ""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["--version"], 0),
        (["explain", "--help"], 0),
        (["explian"], 2),
        (["explain", "model.keras", "photo.png"], 2),
        (["explain", "model.keras", "photo.png", "--method", "gradcam"], 2),
        (["layers", "model.keras"], 2),
        (["visualize", "model.keras", "--target", "-1", "--bounds", "1", "0"], 2),
    ],
)
def test_what_needs_no_model_loads_nothing(tmp_path, arguments, code):
    script = f"""
import sys
from keras_explain.cli import main
try:
    code = main({arguments})
except SystemExit as exit:
    code = exit.code
loaded = [name for name in ("numpy", "PIL", "matplotlib", "keras", "tensorflow") if name in sys.modules]
assert (code, loaded) == ({code}, []), (code, loaded)"""
    ran = typed(tmp_path, script)
    assert ran.returncode == 0, ran.stderr
