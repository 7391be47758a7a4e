"""The house: which way imports go, and what an import costs."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import keras_explain
from keras_explain.methods import table
from keras_explain.methods.table import METHODS

PACKAGE = Path(keras_explain.__file__).parent
FILES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
# Each room may import those before it, and itself; rooms on one floor don't import each other.
FLOORS = [
    {"errors", "lazy", "scopes"},
    {"checks"},
    {"maps", "storage", "tracing", "inputs"},
    {"engine", "visual"},
    {"metrics", "photographs", "findings", "training_log", "scores"},
    {"methods"},
    {"sanity_checks"},
    {"judgment"},
    {"report", "callbacks"},
    {"audits", "tensorboard_page"},
    {"demo", "__init__"},
    {"cli"},
    {"__main__"},
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
PROBES = ("getattr", "hasattr", "setattr")
# The pictures know numbers alone.
ONLY = {"visual": {"errors", "checks", "maps", "visual"}}


def room(module):
    return module.removeprefix("keras_explain").lstrip(".").split(".")[0] or "__init__"


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module


@pytest.mark.parametrize("path", FILES, ids=str)
def test_imports_go_one_way(path):
    own = path.parts[0].removesuffix(".py")
    for module in imported(PACKAGE / path):
        if module.split(".")[0] == "keras_explain":
            other = room(module)
            assert other == own or FLOOR[other] < FLOOR[own], f"{path} must not import {module}"
            assert own not in ONLY or other in ONLY[own], f"{path} must not import {module}"


def private_names(path):
    """Yields what a file takes from behind an underscore of anything but its own, as an attribute or by its name."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
    own = {node.attr for node in attributes if ast.unparse(node.value) in ("self", "cls", "super()")}
    names = {node.attr for node in attributes} - own
    probes = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) in PROBES]
    names |= {str(getattr(node.args[1], "value", "")) for node in probes}
    yield from (name for name in names if re.match(r"_(?!_)", name))


@pytest.mark.parametrize("path", FILES, ids=str)
def test_private_apis_stay_in_tracing(path):
    if path.parts[0] == "tracing":
        return
    assert not list(private_names(PACKAGE / path))
    for module in imported(PACKAGE / path):
        assert not module.startswith(("keras.src", "tensorflow.python")), path


@pytest.mark.parametrize("path", FILES, ids=str)
def test_messages_show_what_was_received_in_a_line(path):
    assert "!r}" not in (PACKAGE / path).read_text(), "use errors.brief, which shows arrays by their shape"


@pytest.mark.parametrize("path", [path for path in FILES if path.parts[0] in ("tracing", "inputs", "engine")], ids=str)
def test_low_rooms_name_no_method(path):
    names = [name for method in METHODS.values() for name in (method.__name__, method.title)]
    text = (PACKAGE / path).read_text()
    assert not [name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, flags=re.I)]


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_file_says_first_what_it_holds(path):
    first = ast.get_docstring(ast.parse((PACKAGE / path).read_text())).splitlines()[0]
    assert first.endswith((".", ":", "`")) and len(first.split()) >= 3, first


def test_every_method_is_called_alike_in_its_places():
    for key, method in METHODS.items():
        assert method.__module__.split(".")[2] == key
        assert (Path(__file__).parent / "methods" / f"test_{key}.py").is_file()


def test_names_are_known_before_anything_is_loaded():
    slow = ("numpy", "keras", "tensorflow", "matplotlib", "PIL")
    script = f"""
import sys, keras_explain
assert {{"GradCAM", "explain", "METHODS"}} <= set(keras_explain.__all__) & set(dir(keras_explain))
assert "grad_cam" in keras_explain.METHODS and not hasattr(keras_explain, "Grad")
print([module for module in {slow} if module in sys.modules])"""
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"


def test_every_public_name_is_there():
    for module in (keras_explain, table):
        assert set(module.__all__) <= set(dir(module))
        assert all(getattr(module, name) is not None for name in module.__all__)
    assert repr(METHODS) == repr(dict(METHODS))


def test_import_loads_neither_pyplot_nor_tf_keras_vis():
    lazy = ("matplotlib.pyplot", "tf_keras_vis")
    script = f"""
import sys, keras, tensorflow
for module in {lazy}:
    sys.modules.pop(module, None)  # Keras itself loads pyplot where matplotlib is installed
from keras_explain import *
print([module for module in {lazy} if module in sys.modules])"""
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
