"""Load the model that a command is about."""

import importlib
import re
import sys
import zipfile
from pathlib import Path

import keras

from keras_explain.errors import ModelError, OptionError
from keras_explain.tracing.class_scores import HEADS


def add_arguments(parser):
    """Adds the model and how it is loaded to a command's arguments."""
    parser.add_argument("model", help="the model, as model.save wrote it: .keras or .h5")
    parser.add_argument(
        "--custom-objects",
        action="append",
        default=[],
        metavar="MODULE",
        help="a Python module to import first, which registers the model's own layers and functions by "
        "keras.saving.register_keras_serializable; several times for several",
    )


def add_output(parser):
    """Adds the choice among a model's outputs, and what it is, to a command's arguments."""
    parser.add_argument("--output", metavar="NAME", help="name or index of the output to explain, of several")
    parser.add_argument("--head", choices=HEADS, help="what the output's units are, where the model doesn't show it")


def output_choice(options):
    """Returns `--output` as the methods take it."""
    return int(options.output) if options.output and options.output.lstrip("-").isdigit() else options.output


def load_model(options):
    """Returns the model, loaded in Keras's safe mode: no code that is stored in it is run.

    Args:
        options: What `add_arguments` parsed.

    Raises:
        OptionError: If there is no such file or module.
        ModelError: If it can't be loaded.
    """
    path = Path(options.model)
    if not path.exists():
        raise OptionError(f"expected a model's file, received '{path}', which does not exist.")
    if path.is_dir():
        raise OptionError(
            f"expected a model's file (.keras or .h5), received the folder '{path}'; of a SavedModel, load it where it "
            "was made and save it by model.save('model.keras')."
        )
    if path.suffix not in (".keras", ".h5", ".hdf5"):
        raise OptionError(f"expected a model's file (.keras or .h5), received '{path}'.")
    for module in options.custom_objects:
        _import(module)
    if path.suffix == ".keras" and not zipfile.is_zipfile(path):
        raise ModelError(f"expected a model, as model.save wrote it, received '{path}', which is none or was cut off.")
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras, h5py and the model's own classes raise whatever they like
        raise ModelError(f"'{path}' can't be loaded: {_reason(error)}") from error


def _import(module):
    sys.path.insert(0, "")  # modules in this folder, as `python -m` finds them
    try:
        importlib.import_module(module)
    except ImportError as error:
        name = module.removesuffix(".py")
        raise OptionError(
            f"--custom-objects {module} can't be imported: {error}; try --custom-objects {name}."
        ) from None
    finally:
        sys.path.remove("")


def _reason(error):
    text = str(error)
    missing = re.search(r"Could not locate (class|function) '([^']+)'|Unknown (\w+): '([^']+)'", text)
    if missing:
        kind, name = missing[1] or missing[3], (missing[2] or missing[4]).split(">")[-1]
        return (
            f"it needs the {kind} '{name}'; give the module that defines it and registers it by "
            f"keras.saving.register_keras_serializable: --custom-objects MODULE."
        )
    if "Lambda" in text and "safe_mode" in text:
        return "it holds a Lambda layer with code of its own, which safe mode never runs; explain it in Python."
    return f"{type(error).__name__}: {text.strip().splitlines()[0] if text.strip() else 'without a reason'}"
