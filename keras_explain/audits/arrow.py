"""Tell how to install what audits need, before any work."""

import importlib.util

from keras_explain.errors import OptionError


def check_arrow():
    """Refuses to go on without pyarrow, which writes and reads the tables of audits.

    Raises:
        OptionError: If it isn't installed.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise OptionError("audits need pyarrow, which isn't installed: pip install 'keras-explain-cnn[audit]'.")
