"""Find in a traced graph what makes a model's answer depend on more than the image: chance, or the batch's mates."""

import tensorflow as tf

from keras_explain.tracing.graph import downstream, upstream

_REDUCTIONS = {"Mean", "Sum", "Max", "Min", "Prod"}


def random_operation(outputs):
    """Returns the name of an operation by which `outputs` are random, None if they aren't.

    Numbers drawn with a constant seed are the same at each call.
    """
    drawn = (operation for operation in upstream(outputs) if _draws(operation))
    return min((operation.name for operation in drawn), default=None)


def mixing_operation(outputs, images):
    """Returns the name of an operation by which the images of a batch have a part in each other's `outputs`, or None.

    Args:
        outputs: Symbolic.
        images: The explained input of the same trace.
    """
    mixing = (operation for operation in upstream(outputs) & downstream(images) if _mixes(operation))
    return min((operation.name for operation in mixing), default=None)


def _draws(operation):
    if not ("Random" in operation.type or operation.type in ("TruncatedNormal", "Multinomial")):
        return False
    seeds = list(operation.inputs)[1:]  # behind the shape
    moving = {"ReadVariableOp", "Placeholder"}
    return operation.op_def.is_stateful or any(source.type in moving for seed in seeds for source in upstream(seed))


def _mixes(operation):
    if operation.type.startswith("FusedBatchNorm"):
        return operation.get_attr("is_training")
    if operation.type not in _REDUCTIONS:
        return False
    shape, axes = operation.inputs[0].shape, tf.get_static_value(operation.inputs[1])
    if axes is None or not shape.rank or shape[0] is not None:
        return False
    return any(axis % shape.rank == 0 for axis in axes.ravel().tolist())
