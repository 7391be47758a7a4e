"""Record what every layer and operation returns while a model is traced."""

import contextlib
import dataclasses

import keras
import tensorflow as tf

from keras_explain.tracing.stand_in import stand_in


@dataclasses.dataclass(frozen=True, eq=False)
class Call:
    """One call of a layer or of a bare `keras.ops` node.

    Attributes:
        operation: The layer, or the operation of a functional model.
        output: The symbolic tensor it returned; None if there is none, several, or one in an inner graph, as in a loop.
    """

    operation: keras.Operation
    output: tf.Tensor | None


@contextlib.contextmanager
def captured_calls(on_call):
    """Within the block, calls of layers and operations are listed in the order in which they end.

    All of them pass through `keras.Operation.__call__`: layers nested at any depth or held in a plain
    Python list, quantized and rematerialized ones, bare `keras.ops` nodes. Standing in for that one
    function, for this thread, leaves the model itself untouched.

    Args:
        on_call: Called with each `Call` as soon as its output exists, before anything is computed from it.

    Yields:
        The growing list of calls.
    """
    calls = []
    graph = tf.compat.v1.get_default_graph()

    def recording(original):
        def recorded(operation, *args, **kwargs):
            outputs = original(operation, *args, **kwargs)
            call = Call(operation, _reachable(outputs, graph))
            calls.append(call)
            on_call(call)
            return outputs

        return recorded

    with stand_in(keras.Operation, "__call__", recording), _inlined_functions():
        yield calls


def _reachable(outputs, graph):
    flat = keras.tree.flatten(outputs)
    return flat[0] if len(flat) == 1 and tf.is_tensor(flat[0]) and flat[0].graph is graph else None


def _inlined_functions():
    """Within the block, a `tf.function` runs as part of the traced graph, so that its tensors are within reach."""
    function_class = type(tf.function(lambda: None))

    def inlined(original):
        def run_inline(function, *args, **kwargs):
            python = function.python_function
            if function._autograph:
                python = tf.autograph.to_graph(python)
            return python(*args, **kwargs)

        return run_inline

    return stand_in(function_class, "__call__", inlined)
