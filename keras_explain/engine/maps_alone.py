"""Maps without the forward pass, of methods that need little of it once the classes are given."""

import tensorflow as tf

from keras_explain.tracing.graph import repeated, upstream
from keras_explain.tracing.operation_kinds import WEIGHING
from keras_explain.tracing.other_variables import GraphFunction
from keras_explain.tracing.probe import captured
from keras_explain.tracing.replay import calls_out, needed_for, replay_all
from keras_explain.tracing.row_counts import shapes_by_count


def maps_alone(traced, signature):
    """Returns a `GraphFunction` `(inputs, targets) -> maps`, those of a traced answer; None if it would save little.

    By a rule that reads no gate, a ReLU passes the signal back whatever it passed forward. Such maps need of the
    forward pass the class that it predicts, which is given here, and the shapes of its tensors, which are known by the
    number of images; and what a max pooling pools, so that it saves little where that is most of the network. None as
    well if the model does more than compute, as by an assertion, since it is to do that each time.

    Args:
        traced: The concrete function `(inputs, targets) -> answer`.
        signature: The model's `Signature`.
    """
    graph, answer, given = traced.graph, traced.structured_outputs, traced.inputs[: len(signature.specs) + 1]
    if any(calls_out(operation) for operation in graph.get_operations()):
        return None
    shapes, classes, variables = shapes_by_count(given[signature.index]), repeated(answer["targets"]), captured(graph)
    known = shapes.keys() | variables.keys() | {tensor.name for tensor in (*given, classes)}
    needed = needed_for(answer["maps"], known)
    forward = {operation for operation in upstream(answer["scores"]) if operation.type in WEIGHING}
    if 2 * len(forward & needed) > len(forward) or any(operation.type == "Placeholder" for operation in needed):
        return None

    def run(inputs, targets):
        count = tf.shape(targets)
        values = {name: tf.concat([tf.cast(count, sizes.dtype), sizes], 0) for name, sizes in shapes.items()}
        values |= dict(zip((tensor.name for tensor in given), [*inputs, targets])) | {classes.name: targets}
        return replay_all(graph, answer["maps"], variables | values)

    return GraphFunction(run, (signature.specs, tf.TensorSpec((None,), tf.int32)))
