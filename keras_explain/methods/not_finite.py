"""Tell once of maps that are no numbers."""

import numpy as np

from keras_explain.engine.telling import tell


def warn_unless_finite(title, maps):
    """Warns of maps that hold NaN or infinity, by the first image that has such; tells whether it did.

    Args:
        title: Whose maps they are.
        maps: Array `(N, ...)`.
    """
    broken = [i for i, values in enumerate(maps) if not np.isfinite(values).all()]
    if not broken:
        return False
    message = (
        f"the map of image {broken[0]} by {title} is not finite ({len(broken)} of {len(maps)} images): the model "
        "divides by zero there or takes a norm, a root or a logarithm of zero, whose slope is infinite, or computes in "
        "float16 what is beyond 65504; add an epsilon there, or explain the model in float32."
    )
    return tell(message, stacklevel=3)
