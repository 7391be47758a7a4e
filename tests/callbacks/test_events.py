"""The event files under what happens to disks."""

import functools
import shutil
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest

from keras_explain import ExplainWarning, OptionError
from keras_explain.callbacks.events import event_writer
from tests.callbacks.training import read

ROOT = Path(__file__).parents[2]
PICTURE = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)


def draw(step):
    return {"a/0": PICTURE + np.uint8(step), "a_number/x": step / 2}


def write(writer, steps):
    for step in steps:
        writer.log(step, functools.partial(int, step), draw)


def test_reads_back_what_was_written_in_order(tmp_path):
    writer = event_writer(tmp_path)
    write(writer, range(5))
    writer.close()
    written = read(tmp_path, "a/")["a/0"]
    assert list(written) == list(range(5))
    for step, picture in written.items():
        np.testing.assert_array_equal(picture, PICTURE + np.uint8(step))
    assert read(tmp_path, "a_number") == {"a_number/x": {step: step / 2 for step in range(5)}}


def test_loggers_of_one_directory_share_a_file(tmp_path):
    writer = event_writer(tmp_path)
    assert event_writer(f"{tmp_path}/") is writer
    assert event_writer(tmp_path / "other") is not writer


def test_a_vanished_directory_comes_back(tmp_path):
    writer = event_writer(tmp_path / "logs")
    writer.begin("a", None)
    write(writer, [0])
    writer.flush()
    shutil.rmtree(tmp_path / "logs")
    write(writer, [1])
    writer.close()
    assert list(read(tmp_path / "logs", "a/")["a/0"]) == [1]


FULL = """
import resource, sys, warnings
import numpy as np
from keras_explain.callbacks.events import event_writer

rng = np.random.default_rng(0)
writer = event_writer(sys.argv[1])
writer.begin("a", None)
def write(step):
    writer.log(step, lambda: rng.integers(256, size=(60, 50, 3), dtype=np.uint8), lambda picture: {"a/0": picture})
    writer.flush()
write(0)
resource.setrlimit(resource.RLIMIT_FSIZE, (14_000, resource.RLIM_INFINITY))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    write(1)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))
    write(2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    write(3)
    write(4)
writer.close()
print([str(warning.message) for warning in caught])
"""


def test_goes_on_behind_half_a_record_when_the_disk_has_room_again(tmp_path):
    """A limit on the size of files fails a write half way, as a full disk does."""
    command = [sys.executable, "-c", FULL, str(tmp_path)]
    printed = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout
    assert printed.count("are lost, training goes on") == 1 and "explanations of step 1" in printed
    assert list(read(tmp_path, "a/")["a/0"]) == [0, 3, 4]
    assert len(list(tmp_path.iterdir())) == 2


def test_what_cannot_be_drawn_loses_that_step_alone(tmp_path):
    writer = event_writer(tmp_path)
    writer.begin("a", None)
    with pytest.warns(ExplainWarning, match="explanations of step 1 are lost, training goes on: KeyError") as warned:
        for step in range(4):
            writer.log(step, functools.partial(int, step), lambda at: draw(at) if at % 2 == 0 else {}["no"])
            writer.flush()
    writer.close()
    assert list(read(tmp_path, "a/")["a/0"]) == [0, 2]
    assert len(warned) == 1


def test_a_warning_made_an_error_does_not_end_the_training(tmp_path, capsys):
    writer = event_writer(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        writer.log(0, lambda: {}["no"], draw)
    assert "explanations of step 0 are lost" in capsys.readouterr().err


def test_training_waits_rather_than_that_steps_pile_up(tmp_path):
    writer, gate, computed = event_writer(tmp_path), threading.Event(), []

    def compute(step):
        computed.append(step)
        return step

    def slow(step):
        gate.wait()
        return draw(step)

    def train():
        for step in range(6):
            writer.log(step, functools.partial(compute, step), slow)

    training = threading.Thread(target=train)
    training.start()
    while len(computed) < 3:
        training.join(0.01)
    training.join(0.2)
    assert len(computed) == 3 and training.is_alive()
    gate.set()
    training.join()
    writer.close()
    assert list(read(tmp_path, "a/")["a/0"]) == list(range(6))


def test_refuses_before_training_what_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises(OptionError, match="expected log_dir= as a directory to write into"):
        event_writer(tmp_path / "file" / "logs").begin("a", None)


def test_two_of_one_name_in_one_training_are_refused(tmp_path):
    training, writer = {"epochs": 3}, event_writer(tmp_path)
    writer.begin("a", training)
    writer.begin("b", training)
    with pytest.raises(OptionError, match="give one of them name="):
        writer.begin("a", training)
    writer.begin("a", {"epochs": 3})
