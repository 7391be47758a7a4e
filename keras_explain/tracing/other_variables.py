"""Let compiled functions read other variables than a model's for a while, for one thread, and nothing be written."""

import threading

import tensorflow as tf

from keras_explain.scopes import within

_thread = threading.local()


class GraphFunction:
    """A `tf.function` of tensors, of which a thread may say that it reads others in place of its variables.

    It is traced once, and its graph is the same whatever it reads: a variable is an input like any other, handed in
    with each call.
    """

    def __init__(self, function, signature):
        """Traces nothing yet; the arguments are those of `tf.function`."""
        self._function = tf.function(function, input_signature=signature, autograph=False)
        self._traced = None

    def get_concrete_function(self):
        """Returns the traced function."""
        if self._traced is None:
            self._traced = self._function.get_concrete_function()
        return self._traced

    def __call__(self, *arguments):
        if not tf.executing_eagerly():  # within another trace its variables are to be that one's
            return self._function(*arguments)
        traced, others = self.get_concrete_function(), _others()
        given = zip(tf.nest.flatten(arguments), traced.inputs)
        given = [tf.convert_to_tensor(value, tensor.dtype) for value, tensor in given]
        captured = traced.captured_inputs
        if others:
            _thread.asked += 1
            captured = [read_instead(handle) for handle in captured]
        # A call of the `tf.function` hashes all variables, several times: a millisecond of a large network.
        return traced._call_flat(given, captured)


def reading_others(others, run):
    """Returns `run()`, while this thread's calls of a `GraphFunction` read other variables, and how many there were.

    Args:
        others: `{handle.ref(): handle}`: what is read in place of which variable.
        run: Called with no argument.
    """
    before = _others(), getattr(_thread, "asked", 0)

    def enter():
        _thread.others, _thread.asked = others, 0

    def leave():
        _thread.others, _thread.asked = before

    def counted():
        return run(), _thread.asked

    return within(enter, counted, leave)


def reads_others():
    """Tells whether this thread's calls read other variables than the model's."""
    return bool(_others())


def read_instead(handle):
    """Returns the handle of the variable that this thread reads in the place of one; the same if there is none."""
    return (_others() or {}).get(handle.ref(), handle)


def _others():
    return getattr(_thread, "others", None)
