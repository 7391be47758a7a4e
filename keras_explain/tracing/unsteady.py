"""Find in a traced graph what makes a model's answer depend on more than the image: chance, or the batch's mates."""

import tensorflow as tf

from keras_explain.tracing.called import bodies
from keras_explain.tracing.graph import downstream, upstream

# Which input names the axes along which these put numbers together or elsewhere.
_ALONG = dict.fromkeys("Mean Sum Max Min Prod Cumsum Cumprod ReverseV2".split(), 1) | {"Roll": 2}


def random_operation(outputs):
    """Returns the name of an operation by which `outputs` are random, None if they aren't.

    Numbers drawn with a constant seed are the same at each call.
    """
    return min(_drawing(upstream(outputs)), default=None)


def mixing_operation(outputs, images):
    """Returns the name of an operation by which the images of a batch have a part in each other's `outputs`, or None.

    Args:
        outputs: Symbolic.
        images: The explained input of the same trace.
    """
    computed = downstream(images)
    mixing = (operation for operation in upstream(outputs) & computed if _mixes(operation, computed))
    return min((operation.name for operation in mixing), default=None)


def _drawing(operations):
    """Yields the names of what draws numbers, in the functions that are called as well."""
    for operation in operations:
        if _draws(operation):
            yield operation.name
        for called in bodies(operation):
            yield from _drawing(called.get_operations())


def _draws(operation):
    if not ("Random" in operation.type or operation.type in ("TruncatedNormal", "Multinomial")):
        return False
    seeds = list(operation.inputs)[1:]  # behind the shape
    sources = (source for seed in seeds for source in upstream(seed))
    return operation.op_def.is_stateful or any(
        source.op_def.is_stateful or source.type == "Placeholder" for source in sources
    )


def _mixes(operation, computed):
    """Tells what puts images together, or one in another's row: along the first axis, of a length that isn't known."""
    if operation.type.startswith("FusedBatchNorm"):
        return operation.get_attr("is_training")
    if operation.type == "MatMul":  # of rows; the other factor is one for all of them
        return operation.inputs[1].op in computed
    shape = operation.inputs[0].shape if len(operation.inputs) else None
    if shape is None or not shape.rank or shape[0] is not None:
        return False
    if operation.type == "StridedSlice":
        given = operation.get_attr("begin_mask") & operation.get_attr("end_mask") & 1
        ellipsis = operation.get_attr("ellipsis_mask") & 1
        step = tf.get_static_value(operation.inputs[3])
        return shape.rank > 1 and not ellipsis and not (given and step is not None and step[0] == 1)
    if operation.type not in _ALONG:
        return False
    axes = tf.get_static_value(operation.inputs[_ALONG[operation.type]])
    return axes is not None and any(axis % shape.rank == 0 for axis in axes.ravel().tolist())
