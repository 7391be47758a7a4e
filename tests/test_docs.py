"""Every python block of the README and of the documentation runs, and what they point at exists.

A block that is fenced as `python` runs; those of one page share their names. Blocks of other libraries are fenced as
`py`, with the library's name as title, and don't run.
"""

import re
import textwrap
from pathlib import Path

import keras
import matplotlib
import pytest
import tensorflow as tf
from keras import layers

import keras_explain
from docs.tables import on_page_markdown

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {str(page.relative_to(ROOT)): on_page_markdown(page.read_text()) for page in PAGES}
PUBLIC = [name for name in keras_explain.__all__ if callable(getattr(keras_explain, name))]
# What a page prints, where it says so.
PRINTED = {
    "README.md": "did you mean 'conv1', 'conv2'?",
    "docs/methods.md": "grad_cam: Where a layer sees evidence for the class",
    "docs/models.md": "backbone/conv2",
    "docs/troubleshooting.md": "conv2",
}


def blocks(text):
    """Returns the python blocks of a page, those within tabs included."""
    found = re.findall(r"^( *)```python\n(.*?)^\1```", text, flags=re.S | re.M)
    return [textwrap.dedent(block) for _, block in found]


def trained_names(rng):
    """Returns what a reader has at hand: a compiled model and its data."""
    chain = [
        layers.Conv2D(4, 3, activation="relu", name="conv1"),
        layers.Conv2D(6, 3, activation="relu", name="conv2"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10, activation="softmax"),
    ]
    model = keras.Sequential([keras.Input((16, 20, 1)), *chain], name="digits")
    model.compile("adam", "sparse_categorical_crossentropy")
    x, y = rng.random((24, 16, 20, 1), "float32"), rng.integers(10, size=24)
    return {"tf": tf, "rng": rng, "model": model, "x_train": x, "y_train": y, "x_test": x[:10], "y_test": y[:10]}


@pytest.mark.filterwarnings("ignore::keras_explain.ExplainWarning")  # untrained networks give blank maps
@pytest.mark.parametrize("page", [page for page, text in TEXTS.items() if blocks(text)])
def test_every_block_runs(page, rng, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = trained_names(rng)
    with matplotlib.rc_context():
        for block in blocks(TEXTS[page]):
            exec(compile(block, page, "exec"), names)
    assert PRINTED.get(page, "") in capsys.readouterr().out
    if "logger" in names:
        assert list(tmp_path.glob("logs/events*"))


def test_no_block_is_passed_over():
    for page, text in TEXTS.items():
        assert text.count("```python") == len(blocks(text)), page
        fences = re.findall(r"^ *```(\S.*)$", text, flags=re.M)
        assert all(re.fullmatch(r'python|sh|py title="[^"]+"', fence) for fence in fences), page


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_shown(name):
    shown = [*TEXTS.values(), *(method.__doc__ for method in keras_explain.METHODS.values())]
    assert f"kx.{name}" in "".join(shown)
    value = getattr(keras_explain, name)
    paths = (f"keras_explain.{name}", f"{value.__module__}.{name}")
    assert any(f"::: {path}\n" in TEXTS["docs/reference.md"] for path in paths)


@pytest.mark.parametrize("page", TEXTS)
def test_every_name_is_public(page):
    names = re.findall(r"\bkx\.(\w+)", TEXTS[page])
    assert not [name for name in names if not hasattr(keras_explain, name)]


@pytest.mark.parametrize("page", TEXTS)
def test_pictures_and_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[page]):
        if not target.startswith(("https://", "#")):
            assert (ROOT / page).parent.joinpath(target.split("#")[0]).is_file(), target


def test_pictures_are_small():
    pictures = list((ROOT / "docs" / "images").iterdir())
    assert pictures and all(picture.stat().st_size < 150_000 for picture in pictures)


def test_every_page_is_in_the_navigation():
    navigation = re.findall(r"^  - .+: (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(), flags=re.M)
    assert sorted(navigation) == sorted(page.name for page in PAGES[1:])
