"""Tell of models whose answer changes from call to call, or with the other images of a batch."""

import warnings

from keras_explain.errors import ExplainWarning
from keras_explain.tracing.unsteady import mixing_operation, random_operation


def tell_if_unsteady(outputs, images):
    """Warns of a model whose maps hold for one draw, or for one batch.

    Args:
        outputs: What the score is made of, symbolic.
        images: The explained input of the same trace.
    """
    drawn, mixed = random_operation(outputs), mixing_operation(outputs, images)
    if drawn:
        message = f"the model is random at inference (by '{drawn}'): a map explains one draw, predict() makes another."
        warnings.warn(message, ExplainWarning, stacklevel=2)
    if mixed:
        message = (
            f"the model mixes the images of a batch at inference (by '{mixed}'): a map depends on the images beside "
            "it, and its gradient is that of all scores."
        )
        warnings.warn(message, ExplainWarning, stacklevel=2)
