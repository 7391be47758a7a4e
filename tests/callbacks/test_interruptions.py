"""What is logged of a training that doesn't end as planned."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from keras_explain import ExplanationLogger, read_log
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
    """Killed, the numbers of every step are there, and the pictures after the next logger begins."""
    command = [sys.executable, "-c", ENDLESS, str(tmp_path)]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "five epochs\n"
        os.kill(process.pid, kind)
        process.wait(timeout=120)
    assert process.returncode in (-kind, 1)
    numbers = read(tmp_path, "explanations_concentration/")["explanations_concentration/grad_cam"]
    assert list(numbers) == list(range(len(numbers))) and len(numbers) >= 5
    images = np.random.default_rng(0).normal(size=(2, 12, 16, 3)).astype("float32")
    fit(compiled(), [ExplanationLogger(images, log_dir=tmp_path)], initial_epoch=len(numbers) - 1, epochs=len(numbers))
    for steps in read(tmp_path).values():
        assert list(steps) == list(range(len(numbers)))
    assert not list(tmp_path.glob("*undrawn*"))
    log = read_log(tmp_path)
    assert log.steps.tolist() == list(range(len(numbers)))
    np.testing.assert_allclose(
        log.measures["concentration/grad_cam"].mean(1)[:-1], list(numbers.values())[:-1], rtol=1e-5
    )


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


@pytest.mark.parametrize("update_freq", ["epoch", 6])
@pytest.mark.parametrize("order", ["logger, backup, failure", "backup, failure, logger", "logger, failure, backup"])
def test_goes_on_where_a_backup_was_restored(tmp_path, images, update_freq, order):
    """Each step once, whether the log was ahead of the backup or behind it."""

    def run(failing):
        callbacks = {
            "logger": ExplanationLogger(images[:1], update_freq=update_freq, log_dir=tmp_path / "logs"),
            "backup": keras.callbacks.BackupAndRestore(tmp_path / "backup"),
            "failure": Failing(failing),
        }
        fit(compiled(), [callbacks[name] for name in order.split(", ")], epochs=5)

    with pytest.raises(RuntimeError):
        run(2)
    run(None)
    wanted = list(range(5)) if update_freq == "epoch" else list(range(6, 61, 6))
    assert list(read(tmp_path / "logs")["explanations/0"]) == wanted
    assert list(read(tmp_path / "logs", "explanations_con")["explanations_concentration/grad_cam"]) == wanted
    assert read_log(tmp_path / "logs").steps.tolist() == wanted


class Stopping(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = epoch == 1


def test_stopped_early(tmp_path, images):
    fit(compiled(), [ExplanationLogger(images[:1], log_dir=tmp_path), Stopping()], epochs=5)
    assert list(read(tmp_path)["explanations/0"]) == [0, 1]
