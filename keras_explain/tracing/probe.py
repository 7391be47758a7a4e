"""Ask a part of a traced graph for its values, of its own accord and at once."""

import numpy as np
import tensorflow as tf

from keras_explain.tracing.operation_kinds import VALUELESS
from keras_explain.tracing.replay import calls_out, replay_all


def sampled(tensor, root, passed, points):
    """Returns the values of `tensor` for each of some values of `root`, of which it is computed number by number.

    Args:
        tensor: Of a traced graph.
        root: The one it is computed from.
        passed: The operations between the two.
        points: `(n,)`.

    Returns:
        float64 `(n, functions)`: weights of other channels make other functions. None if the values depend on other
        inputs of the graph too.

    Raises:
        ValueError, TypeError, tf.errors.OpError: If the operations can't be run by themselves.
    """
    given = captured(tensor.graph)
    rest = _rest(tensor, root, passed, given)
    if rest is None:
        return None

    @tf.function(autograph=False)
    def run():
        rank = 1 if root.shape.rank is None else max(root.shape.rank, 1)
        probe = tf.cast(tf.reshape(tf.constant(points, tf.float32), (-1, *[1] * (rank - 1))), root.dtype)
        known = {**given, root.name: probe, **{name: make() for name, make in rest.items()}}
        return tf.cast(replay_all(tensor.graph, [tensor], known)[0], tf.float64)

    with tf.init_scope():
        values = run().numpy()
    return np.broadcast_to(values, (len(points), *values.shape[1:])).reshape(len(points), -1)


def captured(graph):
    """Returns what a traced function takes from outside of it, by the names it has within."""
    given = {}
    for outside, inside in getattr(graph, "captures", ()):
        if hasattr(outside, "graph"):
            outside = captured(outside.graph).get(outside.name)
        if outside is not None:
            given[inside.name] = outside
    return given


def _rest(tensor, root, passed, given):
    """Returns functions that make what stands for shapes of other tensors, by name; None if there are other inputs."""
    rest, seen, waiting = {}, set(), [tensor]
    while waiting:
        current = waiting.pop()
        operation = current.op
        if current.name == root.name or current.name in given or operation in seen:
            continue
        seen.add(operation)
        if operation.type in ("Placeholder", "PlaceholderWithDefault"):
            return None
        if operation.type in VALUELESS:
            of = operation.inputs[0]
            if of.name != root.name and of.op not in passed:
                rest.update(_stand_ins(operation))
                continue
        if calls_out(operation):
            raise ValueError(f"'{operation.name}' ({operation.type}) does more than compute")
        waiting.extend(operation.inputs)
    return rest


def _stand_ins(operation):
    """Returns what an operation makes of tensors of length 1 along all axes."""
    made = {}
    for tensor, output in zip(operation.inputs, operation.outputs):
        rank, dtype = tensor.shape.rank or 0, output.dtype
        if operation.type in ("Shape", "ShapeN"):
            made[output.name] = lambda rank=rank, dtype=dtype: tf.ones((rank,), dtype)
        elif operation.type in ("Rank", "Size"):
            value = rank if operation.type == "Rank" else 1
            made[output.name] = lambda value=value, dtype=dtype: tf.constant(value, dtype)
        else:
            fill = tf.zeros if operation.type == "ZerosLike" else tf.ones
            made[output.name] = lambda fill=fill, rank=rank, dtype=dtype: fill((1,) * rank, dtype)
    return made
