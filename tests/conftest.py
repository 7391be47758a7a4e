import os
import signal

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Without oneDNN, which TensorFlow leaves off on some CPUs, channels first and grouped convolutions run on GPUs alone.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

import keras
import numpy as np
import pytest


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(7)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def images(rng):
    """Six images that are neither square nor gray, so that a transposed axis shows."""
    return rng.normal(size=(6, 12, 16, 3)).astype("float32")


class Late(BaseException):
    """Not an Exception, which would be taken for one of the photograph's."""


@pytest.fixture
def in_time():
    """Ends a test that waits, as for somebody to write into a pipe."""

    def late(*_):
        raise Late

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
