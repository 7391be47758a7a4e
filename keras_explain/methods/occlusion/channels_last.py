"""A graph of maps with their channels first as one of the same maps with their channels last, which the rules know.

Each tensor that a rule here computes is the turned one of the old graph's, and so what turns maps for an operation that
takes its channels last falls away. All else is computed as it was, of maps turned back.
"""

import functools

import tensorflow as tf

from keras_explain.engine.layout import turned_first, turned_last
from keras_explain.methods.occlusion.score_graph import ScoreGraph
from keras_explain.methods.occlusion.turned_operations import TURNED, channels_stand_first
from keras_explain.tracing.graph import repeated
from keras_explain.tracing.other_variables import GraphFunction
from keras_explain.tracing.replay import needed_for, replay


def channels_last(graph):
    """Returns a `ScoreGraph` of the same scores whose maps have their channels last; `graph` itself if they do there.

    Args:
        graph: The `ScoreGraph`, all operations of which can be run again.
    """
    if not any(map(channels_stand_first, graph.changing)):
        return graph
    given = [*graph.inputs, graph.targets]
    function = GraphFunction(functools.partial(_scores, graph), [tf.TensorSpec(x.shape, x.dtype) for x in given])
    image = next(place for place, tensor in enumerate(given) if tensor is graph.image)
    return ScoreGraph.of(function.get_concrete_function(), image)


def _scores(graph, *given):
    values = _Values(graph.variables | {old.name: new for old, new in zip([*graph.inputs, graph.targets], given)})
    needed = needed_for([graph.scores], values.as_traced)
    for operation in graph.body.get_operations():
        if operation in needed and repeated(operation.outputs[0]) is operation.outputs[0]:
            scope, _, _ = operation.name.rpartition("/")
            with tf.name_scope(f"{scope}/" if scope else ""):  # layers are named by it
                _add(operation, values)
    return {"scores": values.first(graph.scores)}


def _add(operation, values):
    """Adds what an operation computes, turned if there is a rule and a map that is."""
    first, last = _orders(operation) if operation.type == "Transpose" else (False, False)
    if last and values.is_turned(operation.inputs[0]):
        values.as_traced[operation.outputs[0].name] = values.last(operation.inputs[0])
    elif first:
        values.turned[operation.outputs[0].name] = values.first(operation.inputs[0])
    else:
        rule = TURNED.get(operation.type) if any(map(values.is_turned, operation.inputs)) else None
        alone = not any(other.consumers() for other in operation.outputs[1:])
        turned = rule(operation, values) if rule and alone else None
        if turned is not None:
            values.turned[operation.outputs[0].name] = turned
        else:
            made = replay(operation, [values.first(tensor) for tensor in operation.inputs])
            values.as_traced.update((old.name, new) for old, new in zip(operation.outputs, made))


class _Values:
    """Tensors of the new graph by the name of the old ones: as these are, and turned to have their channels last."""

    def __init__(self, known):
        self.as_traced, self.turned = dict(known), {}

    def is_turned(self, tensor):
        return repeated(tensor).name in self.turned

    def first(self, tensor):
        name = repeated(tensor).name
        if name not in self.as_traced:
            self.as_traced[name] = turned_first(self.turned[name])
        return self.as_traced[name]

    def last(self, tensor):
        name = repeated(tensor).name
        if name not in self.turned:
            self.turned[name] = turned_last(self.as_traced[name])
        return self.turned[name]


def _orders(transpose):
    """Tells whether a transposition puts channels from the last place to the first, and whether from there to the last.

    Of series it does both.
    """
    order = tf.get_static_value(transpose.inputs[1])
    if order is None or len(order) < 3:
        return False, False
    axes = list(range(len(order)))
    return order.tolist() == [0, axes[-1], *axes[1:-1]], order.tolist() == [0, *axes[2:], 1]
