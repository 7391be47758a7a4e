"""Tell users what they should know of a map: once it is of their model."""

import warnings

from keras_explain.errors import ExplainWarning
from keras_explain.tracing.other_variables import reads_others


def tell(message, stacklevel):
    """Warns, and tells whether it did: not while the maps are of other weights than the model's.

    Args:
        message: The warning.
        stacklevel: As of `warnings.warn`, counted from the caller.
    """
    if reads_others():
        return False
    warnings.warn(message, ExplainWarning, stacklevel=stacklevel + 1)
    return True
