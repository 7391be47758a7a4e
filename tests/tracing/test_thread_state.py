"""Interrupts in TensorFlow's and Keras's own code, which leave their scopes unclosed now and then."""

import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_explain import GuidedGradCAM
from keras_explain.tracing import thread_state
from keras_explain.tracing.thread_state import unharmed
from tests.interrupts import interrupted
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


def made_of_an_interrupt(run):
    """Raises what interpreters make of an interrupt within some of TensorFlow's functions."""
    try:
        run()
    except KeyboardInterrupt as error:
        raise SystemError("a result with an exception set") from error


@pytest.mark.parametrize("failing", [lambda run: run(), made_of_an_interrupt], ids=["interrupt", "made_of_one"])
def test_generators_that_an_interrupt_kept_from_closing_are_closed_while_its_error_is_held(failing):
    closed = []

    def scope():
        try:
            yield
        finally:
            closed.append(True)

    def run():
        waiting = scope()
        next(waiting)
        raise KeyboardInterrupt

    with pytest.raises((KeyboardInterrupt, SystemError)) as caught:
        unharmed(lambda: failing(run))
    assert closed and caught.value is not None


def test_an_interrupt_that_was_handled_before_keeps_its_frames():
    def interrupted():
        local = 1
        raise KeyboardInterrupt(local)

    try:
        interrupted()
    except KeyboardInterrupt as error:
        with pytest.raises(ZeroDivisionError):
            unharmed(lambda: 1 / 0)
        assert error.__traceback__.tb_next.tb_frame.f_locals["local"] == 1


@pytest.mark.parametrize("name", ["_mend", "_chain", "_put_back"])
def test_an_interrupt_that_falls_into_the_closing_does_not_end_it(name):
    before = sys.gettrace()

    def interrupt(frame, event, argument):
        if frame.f_code.co_name == name and frame.f_code.co_filename == thread_state.__file__:
            sys.settrace(before)
            raise KeyboardInterrupt

    def run():
        tf.Graph().as_default().__enter__()
        sys.settrace(interrupt)
        raise ValueError

    with pytest.raises(KeyboardInterrupt):
        unharmed(run)
    assert sys.gettrace() is before and tf.executing_eagerly()


def test_interrupts_at_random_times_leave_keras_whole():
    model, images = build("functional"), np.random.default_rng(0).normal(size=(1, *SHAPE)).astype("float32")
    operation, wanted, rng = keras.Operation.__call__, model(images).numpy(), np.random.default_rng(0)
    caught = 0
    for seconds in rng.uniform(0.001, 0.3, 25):
        caught += interrupted(lambda: GuidedGradCAM(model)(images), seconds)
        assert keras.Operation.__call__ is operation
        np.testing.assert_array_equal(model(images), wanted)
    assert caught > 5
    GuidedGradCAM(model)(images)
    assert_trains(model)
