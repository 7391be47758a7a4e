"""Train a small network on digits, and see where it looks."""

from keras_explain.errors import OptionError


def add_arguments(parser):
    """Adds no argument."""


def run(options):
    """Runs the demo; returns the exit code."""
    try:
        from keras_explain.demo import main
    except ModuleNotFoundError as error:
        if error.name != "sklearn":
            raise
        raise OptionError(
            "the demo's digits come with scikit-learn, which is missing: pip install scikit-learn"
        ) from None
    main()
    return 0
