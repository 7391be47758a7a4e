"""Every code block of the README runs, and every public name stands in it."""

import re
from pathlib import Path

import keras
import pytest
import tensorflow as tf
from keras import layers

import keras_explain

PUBLIC = [name for name, value in vars(keras_explain).items() if callable(value)]
README = (Path(__file__).parents[1] / "README.md").read_text()


def trained_names(rng):
    """Returns what a reader of the README has at hand: a compiled model and its data."""
    chain = [
        layers.Conv2D(4, 3, activation="relu", name="conv1"),
        layers.Conv2D(6, 3, activation="relu", name="conv2"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10, activation="softmax"),
    ]
    model = keras.Sequential([keras.Input((16, 20, 1)), *chain], name="digits")
    model.compile("adam", "sparse_categorical_crossentropy")
    x, y = rng.random((24, 16, 20, 1), "float32"), rng.integers(10, size=24)
    return {"tf": tf, "model": model, "x_train": x, "y_train": y, "x_test": x[:10], "y_test": y[:10]}


def test_every_block_runs(rng, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = trained_names(rng)
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.S)
    assert len(blocks) >= 3
    for block in blocks:
        exec(block, names)
    assert "did you mean 'conv1', 'conv2'?" in capsys.readouterr().out
    assert list(tmp_path.glob("logs/events*"))


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_shown(name):
    assert f"kx.{name}" in README


def test_its_pictures_exist():
    for path in re.findall(r"!\[.*?\]\((.*?)\)", README):
        assert (Path(__file__).parents[1] / path).is_file()
