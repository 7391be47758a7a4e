"""What is logged of a training that doesn't end as planned."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import keras
import pytest

from keras_explain import ExplanationLogger
from tests.callbacks.training import compiled, fit, read

ENDLESS = """
import signal, sys
import numpy as np, keras
import keras_explain as kx
from tests.callbacks.training import compiled, fit

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background

class Said(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 4:
            print("five epochs", flush=True)

images = np.random.default_rng(0).normal(size=(2, 12, 16, 3)).astype("float32")
fit(compiled(), [kx.ExplanationLogger(images, log_dir=sys.argv[1]), Said()], epochs=100_000, batches=2)
"""


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT])
def test_what_was_logged_outlives_the_process(tmp_path, kind):
    """Killed, all but the two steps that may wait are there; interrupted, every one of them."""
    command = [sys.executable, "-c", ENDLESS, str(tmp_path)]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "five epochs\n"
        os.kill(process.pid, kind)
        process.wait(timeout=120)
    assert process.returncode in (-kind, 1)
    for steps in read(tmp_path).values():
        assert list(steps) == list(range(len(steps))) and len(steps) >= (5 if kind == signal.SIGINT else 3)


class Failing(keras.callbacks.Callback):
    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_end(self, epoch, logs=None):
        if epoch == self.epoch:
            raise RuntimeError("another callback fails")


def test_another_callback_fails_and_training_is_taken_up_again(tmp_path, images):
    logger = ExplanationLogger(images[:1], log_dir=tmp_path)
    with pytest.raises(RuntimeError, match="another callback"):
        fit(compiled(), [logger, Failing(1)])
    fit(compiled(), [logger], epochs=2)
    assert list(read(tmp_path)["explanations/0"]) == [0, 1, 2, 3]


@pytest.mark.parametrize("update_freq", ["epoch", 5])
def test_goes_on_where_a_backup_was_restored(tmp_path, images, update_freq):
    def run(epochs, *others):
        logger = ExplanationLogger(images[:1], update_freq=update_freq, log_dir=tmp_path / "logs")
        backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
        fit(compiled(), [logger, backup, *others], epochs=epochs)

    with pytest.raises(RuntimeError):
        run(5, Failing(2))
    run(5)
    written = list(read(tmp_path / "logs")["explanations/0"])
    assert written == (list(range(5)) if update_freq == "epoch" else list(range(5, 61, 5)))


class Stopping(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = epoch == 1


def test_stopped_early(tmp_path, images):
    fit(compiled(), [ExplanationLogger(images[:1], log_dir=tmp_path), Stopping()], epochs=5)
    assert list(read(tmp_path)["explanations/0"]) == [0, 1]
