"""Train a small network on digits, and see where it looks."""

from keras_explain.cli.files import check_writable
from keras_explain.cli.quiet import import_tensorflow
from keras_explain.errors import OptionError
from keras_explain.methods.table import METHODS

_PICTURES = {f"{name}.png" for name in ("gallery", "classes", "class_visualization", *METHODS)}
_WRITTEN = _PICTURES | {"model.keras", "test.npz"}


def add_arguments(parser):
    """Adds no argument."""


def run(options):
    """Runs the demo; returns the exit code."""
    import_tensorflow()
    try:
        from keras_explain.demo import OUT, main
    except ModuleNotFoundError as error:
        if error.name != "sklearn":
            raise
        raise OptionError(
            "the demo's digits come with scikit-learn, which is missing: pip install scikit-learn"
        ) from None
    _check_free(OUT)
    main()
    return 0


def _check_free(out):
    """Refuses a folder with files that the demo didn't write, as it empties its logs and writes its files anew."""
    for path in out.rglob("*") if out.is_dir() else ():
        if not path.is_dir() and path.name not in _WRITTEN and "tfevents" not in path.name:
            raise OptionError(
                f"the demo writes into '{out}', which holds other files, as '{path}': run it in another folder."
            )
    check_writable(out / "model.keras", f"'{out}'")
