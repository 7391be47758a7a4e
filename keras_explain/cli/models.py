"""Load the model that a command is about."""

import contextlib
import importlib
import os
import re
import sys
import traceback
import zipfile
from pathlib import Path

from keras_explain.checks.paths import why_no_file
from keras_explain.cli.output import told
from keras_explain.errors import ModelError, OptionError

_CALLS = "keras_explain.tracing.inference"  # Where models are called.


def check_model_file(path):
    """Refuses a path at which there is no model's file, before anything is imported that could read one.

    Raises:
        OptionError: If there is no file, or one of another kind.
        ModelError: If it is one that was cut off.
    """
    path = Path(path)
    if os.path.isdir(path):
        raise OptionError(
            f"expected a model's file (.keras or .h5), received the folder '{path}'; of a SavedModel, load it where it "
            "was made and save it by model.save('model.keras')."
        )
    why = why_no_file(path)
    if why is not None:
        raise OptionError(f"expected a model's file, received '{path}', which {why}.")
    if path.name.endswith(".weights.h5"):
        raise OptionError(
            f"expected a model's file, received '{path}', which holds weights alone: build the model in Python, "
            f"model.load_weights('{path.name}'), and save it whole by model.save('model.keras')."
        )
    if path.suffix not in (".keras", ".h5", ".hdf5"):
        raise OptionError(f"expected a model's file (.keras or .h5), received '{path}'.")
    if path.suffix == ".keras" and not zipfile.is_zipfile(path):
        raise ModelError(f"expected a model, as model.save wrote it, received '{path}', which is none or was cut off.")


def load_model(path, modules):
    """Returns the model, loaded in Keras's safe mode: no code that is stored in it is run.

    Args:
        path: Path of its file, which `check_model_file` passed.
        modules: Names of modules to import first.

    Raises:
        OptionError: If there is no such module.
        ModelError: If it can't be loaded.
    """
    import keras

    from keras_explain.engine.request import check_callable, check_model

    for module in modules:
        _import(module)
    try:
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras, h5py and the model's own classes raise whatever they like
        raise ModelError(f"'{path}' can't be loaded: {_reason(error)}") from error
    check_model(model)
    check_callable(model)
    return model


def check_modules(names):
    """Refuses as `--custom-objects` what is no module's name."""
    for module in names:
        if not all(map(str.isidentifier, module.split("."))) or module.endswith(".py"):
            raise OptionError(
                f"expected --custom-objects as a module's name, such as {_as_module(module)}, received '{module}'; it "
                "is looked for in this folder, then where Python finds modules."
            )


def is_the_models(error):
    """Tells an error that a model raised as it was called."""
    return any(frame.f_globals.get("__name__") == _CALLS for frame, _ in traceback.walk_tb(error.__traceback__))


def _import(module):
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
