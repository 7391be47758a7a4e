"""What the loss that a model was compiled with says of its output."""

import functools
import numbers

from keras import losses

_SOFTMAX = (
    (losses.CategoricalCrossentropy, losses.SparseCategoricalCrossentropy, losses.CategoricalFocalCrossentropy),
    (losses.categorical_crossentropy, losses.sparse_categorical_crossentropy, losses.categorical_focal_crossentropy),
)
_SIGMOID = (
    (losses.BinaryCrossentropy, losses.BinaryFocalCrossentropy),
    (losses.binary_crossentropy, losses.binary_focal_crossentropy),
)
_VALUES = (
    (losses.MeanSquaredError, losses.MeanAbsoluteError, losses.MeanAbsolutePercentageError)
    + (losses.MeanSquaredLogarithmicError, losses.Huber, losses.LogCosh),
    (losses.mean_squared_error, losses.mean_absolute_error, losses.mean_absolute_percentage_error)
    + (losses.mean_squared_logarithmic_error, losses.huber, losses.log_cosh),
)


def said_by_loss(model, names=(), output=None):
    """Returns what the compiled loss takes the model's output for, one of `choices.HEADS`; None if it doesn't say.

    Args:
        model: A Keras model, compiled or not.
        names: Names of its outputs, in its own order.
        output: Index or name of the output, of several.
    """
    loss, options = _loss_of(getattr(model, "loss", None), list(names), output), {}
    if isinstance(loss, str):
        loss = losses.get(loss)
    if isinstance(loss, functools.partial):
        loss, options = loss.func, loss.keywords
    elif isinstance(loss, losses.Loss):
        options = loss.get_config()
    for (classes, functions), said in ((_SOFTMAX, "softmax_logits"), (_SIGMOID, "sigmoid_logits")):
        if isinstance(loss, classes) or loss in functions:
            return said if options.get("from_logits") else "probabilities"
    return "values" if isinstance(loss, _VALUES[0]) or loss in _VALUES[1] else None


def _loss_of(loss, names, output):
    """Returns the loss of one output, out of what `compile` was given for all."""
    if isinstance(loss, dict) and isinstance(output, numbers.Integral):
        output = names[output] if -len(names) <= output < len(names) else None
    if isinstance(loss, dict):
        return loss.get(output) if output is not None or len(loss) != 1 else next(iter(loss.values()))
    if isinstance(loss, (list, tuple)):
        position = names.index(output) if isinstance(output, str) and output in names else output or 0
        fits = isinstance(position, numbers.Integral) and -len(loss) <= position < len(loss)
        return loss[position] if fits and (output is not None or len(loss) == 1) else None
    return loss
