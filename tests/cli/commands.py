"""A small network, photographs, and the commands as they are typed."""

import keras
from keras import layers
from PIL import Image

from keras_explain.cli import main

NAMES = ["ant", "bee", "tabby, tabby cat"]


def network(size=(24, 32), channels=3, scaled=True, name="net"):
    chain = [layers.Conv2D(4, 3, activation="relu", name="conv"), layers.GlobalAveragePooling2D()]
    first = [layers.Rescaling(1 / 255, name="rescaling")] if scaled else []
    chain = [keras.Input((*size, channels)), *first, *chain, layers.Dense(3, activation="softmax")]
    return keras.Sequential(chain, name=name)


def photo(rng, size=(40, 30)):
    return Image.fromarray(rng.integers(256, size=(*size[::-1], 3)).astype("uint8"))


def run(capsys, *arguments):
    code = main(list(map(str, arguments)))
    return (code, *capsys.readouterr())


def explain(capsys, *arguments):
    return run(capsys, "explain", "model.keras", *arguments, "--method", "grad_cam")


def refused(capsys, *arguments):
    """Returns the exit code and the one line of a command that is refused."""
    try:
        code = main(list(map(str, arguments)))
    except SystemExit as exit:
        code = exit.code
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("keras-explain: error: "), lines
    return code, lines[0]
