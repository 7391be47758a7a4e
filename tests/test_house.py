"""The house: which way imports go, and what an import costs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import keras_explain

PACKAGE = Path(keras_explain.__file__).parent
# Each room may import those before it, and itself; rooms on one floor don't import each other.
FLOORS = [
    {"errors"},
    {"maps", "tracing", "inputs"},
    {"engine", "visual", "metrics"},
    {"methods"},
    {"report", "callbacks"},
    {"demo", "__init__"},
    {"cli"},
    {"__main__"},
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
# The pictures know numbers alone.
ONLY = {"visual": {"errors", "maps", "visual"}}


def room(module):
    return module.removeprefix("keras_explain").lstrip(".").split(".")[0] or "__init__"


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path):
    relative = path.relative_to(PACKAGE)
    own = relative.parts[0].removesuffix(".py")
    for module in imported(path):
        if module.split(".")[0] == "keras_explain":
            other = room(module)
            assert other == own or FLOOR[other] < FLOOR[own], f"{relative} must not import {module}"
            assert own not in ONLY or other in ONLY[own], f"{relative} must not import {module}"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_private_apis_stay_in_their_rooms(path):
    if path.relative_to(PACKAGE).parts[0] == "tracing":
        return
    for module in imported(path):
        assert not module.startswith(("keras.src", "tensorflow.python")), path


def test_import_loads_neither_pyplot_nor_tf_keras_vis():
    lazy = ("matplotlib.pyplot", "tf_keras_vis")
    script = f"""
import sys, keras, tensorflow
for module in {lazy}:
    sys.modules.pop(module, None)  # Keras itself loads pyplot where matplotlib is installed
import keras_explain
print([module for module in {lazy} if module in sys.modules])"""
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
