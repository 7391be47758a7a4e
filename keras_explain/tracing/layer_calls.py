"""Record what every layer and operation returns while a model is traced."""

import dataclasses

import keras
import tensorflow as tf

from keras_explain.tracing.stand_in import standing_in


@dataclasses.dataclass(frozen=True, eq=False)
class Call:
    """One call of a layer or of a bare `keras.ops` node.

    Attributes:
        operation: The layer, or the operation of a functional model.
        output: The symbolic tensor it returned; None if there is none, several, or one in an inner graph, as in a loop.
    """

    operation: keras.Operation
    output: tf.Tensor | None


def captured_calls(run, stand_ins=()):
    """Returns `run()`, and the calls of layers and operations in it, in the order in which they end.

    All of them pass through `keras.Operation.__call__`: layers nested at any depth or held in a plain
    Python list, quantized and rematerialized ones, bare `keras.ops` nodes. Standing in for that one
    function, for this thread, leaves the model itself untouched.

    Args:
        run: Called with no argument.
        stand_ins: What else stands in meanwhile, see `standing_in`.
    """
    calls = []
    graph = tf.compat.v1.get_default_graph()

    def recording(original):
        def recorded(operation, *args, **kwargs):
            outputs = original(operation, *args, **kwargs)
            calls.append(Call(operation, _reachable(outputs, graph)))
            return outputs

        return recorded

    # A `tf.function` runs as part of the traced graph, so that its tensors are within reach.
    inlining = type(tf.function(lambda: None)), "__call__", _inlined
    return standing_in([*stand_ins, (keras.Operation, "__call__", recording), inlining], run), calls


def _reachable(outputs, graph):
    flat = keras.tree.flatten(outputs)
    return flat[0] if len(flat) == 1 and tf.is_tensor(flat[0]) and flat[0].graph is graph else None


def _inlined(original):
    def run_inline(function, *args, **kwargs):
        python = function.python_function
        if function._autograph:
            python = tf.autograph.to_graph(python)
        return python(*args, **kwargs)

    return run_inline
