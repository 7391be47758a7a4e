"""Load the model that a command is about."""

import contextlib
import importlib
import os
import re
import sys
import zipfile
from pathlib import Path

import keras

from keras_explain.cli.files import why_no_file
from keras_explain.cli.output import told
from keras_explain.engine.request import check_model
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
    return int(options.output) if re.fullmatch(r"-?[0-9]{1,9}", options.output or "") else options.output


def load_model(options):
    """Returns the model, loaded in Keras's safe mode: no code that is stored in it is run.

    Args:
        options: What `add_arguments` parsed.

    Raises:
        OptionError: If there is no such file or module.
        ModelError: If it can't be loaded.
    """
    path = Path(options.model)
    if os.path.isdir(path):
        raise OptionError(
            f"expected a model's file (.keras or .h5), received the folder '{path}'; of a SavedModel, load it where it "
            "was made and save it by model.save('model.keras')."
        )
    why = why_no_file(path)
    if why is not None:
        raise OptionError(f"expected a model's file, received '{path}', which {why}.")
    if path.suffix not in (".keras", ".h5", ".hdf5"):
        raise OptionError(f"expected a model's file (.keras or .h5), received '{path}'.")
    for module in options.custom_objects:
        _import(module)
    if path.suffix == ".keras" and not zipfile.is_zipfile(path):
        raise ModelError(f"expected a model, as model.save wrote it, received '{path}', which is none or was cut off.")
    try:
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras, h5py and the model's own classes raise whatever they like
        raise ModelError(f"'{path}' can't be loaded: {_reason(error)}") from error
    check_model(model)
    return model


def _import(module):
    if not all(map(str.isidentifier, module.split("."))) or module.endswith(".py"):
        raise OptionError(
            f"expected --custom-objects as a module's name, such as {_as_module(module)}, received '{module}'; it is "
            "looked for in this folder, then where Python finds modules."
        )
    sys.path.insert(0, "")  # modules in this folder, as `python -m` finds them
    try:
        with contextlib.redirect_stdout(sys.stderr):  # where results are printed nothing else is
            importlib.import_module(module)
    except (Exception, SystemExit) as error:  # a module that is run raises whatever it likes
        raise OptionError(f"--custom-objects {module} can't be imported: {told(error)}") from None
    finally:
        with contextlib.suppress(ValueError):  # the module may have taken it out
            sys.path.remove("")


def _as_module(path):
    """Returns the name of a module whose path was given, or what such a name looks like."""
    parts = Path(path.removesuffix(".py")).parts
    return ".".join(parts) if parts and all(map(str.isidentifier, parts)) else "my_layers"


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
    return told(error)
