"""The functions that a traced graph calls: loops, conditions, sealed graphs."""

import tensorflow as tf
from tensorflow.python.framework.function_def_to_graph import function_def_to_graph

from keras_explain.tracing.between import Between


def called_graphs(operation):
    """Yields the `Between` of arguments and results of each function that an operation calls."""
    for graph in bodies(operation):
        arguments = [argument for argument in graph.inputs if argument.dtype != tf.resource]
        if arguments and graph.outputs:
            yield Between(arguments, graph.outputs, {})


def bodies(operation):
    """Returns the graphs of the functions that an operation calls, whose last arguments are its last inputs."""
    return [body(operation, name) for name in _names(operation)]


def _names(operation):
    for value in operation.node_def.attr.values():
        if value.WhichOneof("value") == "func":
            yield value.func.name
        elif value.WhichOneof("value") == "list":
            yield from (function.name for function in value.list.func)


def body(operation, name):
    """Returns the graph of a function that an operation calls by this name."""
    graph, function = operation.graph, None
    while function is None:
        function, graph = graph._get_function(name), getattr(graph, "outer_graph", None)
    arguments = function.cached_definition.signature.input_arg
    # A condition is no argument of its branches.
    shapes = [tensor.shape for tensor in operation.inputs][len(operation.inputs) - len(arguments) :]
    with operation.graph.as_default():
        return function_def_to_graph(function.cached_definition, input_shapes=shapes)
