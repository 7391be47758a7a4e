"""Interrupts in TensorFlow's and Keras's own code, which leave their scopes unclosed now and then."""

import signal

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_explain import GuidedGradCAM
from keras_explain.tracing.thread_state import unharmed
from tests.networks import SHAPE, build


def assert_trains(model):
    """Optimizers make their variables outside of all graphs, of which they must find the way out."""
    before = model.layers[-1].kernel.numpy()
    model.compile("adam", "mse")
    model.fit(np.ones((2, *SHAPE)), np.ones((2, 4)), verbose=0)
    assert not np.array_equal(model.layers[-1].kernel.numpy(), before)


def test_graphs_and_scopes_that_were_left_open_are_closed():
    model = build("functional")

    def run():
        scopes = tf.Graph().as_default(), keras.StatelessScope(), tf.init_scope()
        for scope in scopes:
            scope.__enter__()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        unharmed(run)
    assert tf.executing_eagerly()
    before = model(np.zeros((1, *SHAPE)), training=False).numpy()
    model.layers[-1].bias.assign_add([1.0] * 4)  # within a stateless scope this would change nothing
    np.testing.assert_allclose(model(np.zeros((1, *SHAPE)), training=False), before + 1)
    assert_trains(model)


def test_an_error_in_order_keeps_its_frames():
    def run():
        local = 1
        return local / 0

    with pytest.raises(ZeroDivisionError) as caught:
        unharmed(run)
    assert caught.traceback[-1].frame.f_locals["local"] == 1


class Interrupt(KeyboardInterrupt):
    pass


def test_interrupts_at_random_times_leave_keras_whole():
    armed, caught = [], 0

    def interrupt(number, frame):
        if frame is not None and frame.f_code.co_filename.endswith("errors_impl.py"):
            # While it makes an error of its own, TensorFlow's C++ aborts at any other: nothing of ours can help that.
            signal.setitimer(signal.ITIMER_REAL, 0.001)
        elif armed:
            armed.clear()
            raise Interrupt

    model, images = build("functional"), np.random.default_rng(0).normal(size=(1, *SHAPE)).astype("float32")
    operation, wanted, rng = keras.Operation.__call__, model(images).numpy(), np.random.default_rng(0)
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        for _ in range(25):
            try:
                armed.append(True)
                signal.setitimer(signal.ITIMER_REAL, rng.uniform(0.001, 0.3))
                GuidedGradCAM(model)(images)
                armed.clear()
            except (Interrupt, SystemError):  # what interpreters make of it within some of TensorFlow's functions
                caught += 1
            signal.setitimer(signal.ITIMER_REAL, 0)
            assert keras.Operation.__call__ is operation
            np.testing.assert_array_equal(model(images), wanted)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert caught > 5
    GuidedGradCAM(model)(images)
    assert_trains(model)
