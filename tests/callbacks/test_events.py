"""What a logger writes, under what happens to disks, threads and processes."""

import functools
import os
import shutil
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest

from keras_explain import ExplainWarning, OptionError
from keras_explain.callbacks.events import EventLog
from tests.callbacks.training import read

ROOT = Path(__file__).parents[2]
PICTURE = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)


def draw(found, step):
    return {"a/0": found["picture"]}


def measure(found):
    return {"a_number/x": float(found["picture"][0, 0, 0]) / 2}


def found(step):
    return {"picture": PICTURE + np.uint8(step)}


def opened(folder, draw=draw, training=None, name="a"):
    return EventLog(folder, name, training, draw, measure)


def write(log, steps):
    for step in steps:
        log.log(step, functools.partial(found, step))


def test_reads_back_what_was_written_in_order(tmp_path):
    log = opened(tmp_path)
    write(log, range(5))
    log.flush()
    written = read(tmp_path, "a/")["a/0"]
    assert list(written) == list(range(5))
    for step, picture in written.items():
        np.testing.assert_array_equal(picture, PICTURE + np.uint8(step))
    assert read(tmp_path, "a_number") == {"a_number/x": {step: step / 2 for step in range(5)}}
    assert len(list(tmp_path.iterdir())) == 1


def test_a_vanished_directory_comes_back(tmp_path):
    log = opened(tmp_path / "logs")
    write(log, [0])
    log.flush()
    shutil.rmtree(tmp_path / "logs")
    with pytest.warns(ExplainWarning, match="was removed or cut off by somebody else"):
        write(log, [1])
        log.flush()
    assert list(read(tmp_path / "logs", "a/")["a/0"]) == [1]


def test_goes_on_in_a_new_file_when_the_old_one_is_cut_off(tmp_path):
    log = opened(tmp_path)
    write(log, range(3))
    log.flush()
    (file,) = tmp_path.iterdir()
    os.truncate(file, 0)
    with pytest.warns(ExplainWarning, match="steps before 3 may be missing, a new file goes on") as warned:
        write(log, range(3, 6))
        log.flush()
    assert len(warned) == 1
    assert list(read(tmp_path, "a/")["a/0"]) == [3, 4, 5]


FULL = """
import resource, sys, warnings
import numpy as np
from keras_explain.callbacks.events import EventLog

rng = np.random.default_rng(0)
log = EventLog(sys.argv[1], "a", None, lambda found, step: {"a/0": found["picture"]})
def write(step):
    log.log(step, lambda: {"picture": rng.integers(256, size=(60, 50, 3), dtype=np.uint8)})
    log.flush()
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
log.flush()
print([str(warning.message) for warning in caught])
"""


def test_goes_on_behind_half_a_record_when_the_disk_has_room_again(tmp_path):
    """A limit on the size of files fails a write half way, as a full disk does."""
    command = [sys.executable, "-c", FULL, str(tmp_path)]
    printed = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout
    assert printed.count("explanations of step") == 2
    assert "explanations of step 1 wait on disk to be written again" in printed
    assert "explanations of step 2 are lost, training goes on" in printed
    assert list(read(tmp_path, "a/")["a/0"]) == [0, 1, 3, 4]
    assert len(list(tmp_path.iterdir())) == 2


def test_what_cannot_be_drawn_loses_that_step_alone(tmp_path):
    def failing(found, step):
        return draw(found, step) if step % 2 == 0 else {}["no"]

    log = opened(tmp_path, failing)
    with pytest.warns(ExplainWarning, match="explanations of step 1 are lost, training goes on: KeyError") as warned:
        write(log, range(4))
        log.flush()
    assert list(read(tmp_path, "a/")["a/0"]) == [0, 2]
    assert len(warned) == 1


def test_a_warning_made_an_error_does_not_end_the_training(tmp_path, capsys):
    log = opened(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        log.log(0, lambda: {}["no"])
    assert "explanations of step 0 are lost" in capsys.readouterr().err


def test_training_waits_rather_than_that_steps_pile_up(tmp_path):
    gate, computed = threading.Event(), []

    def slow(found, step):
        gate.wait()
        return draw(found, step)

    def compute(step):
        computed.append(step)
        return found(step)

    def train():
        for step in range(6):
            log.log(step, functools.partial(compute, step))

    log = opened(tmp_path, slow)
    training = threading.Thread(target=train)
    training.start()
    while len(computed) < 2:
        training.join(0.01)
    training.join(0.2)
    assert len(computed) == 2 and training.is_alive()
    gate.set()
    training.join()
    log.flush()
    assert list(read(tmp_path, "a/")["a/0"]) == list(range(6))


def test_a_disk_that_does_not_answer_is_not_waited_for_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr("keras_explain.callbacks.drawing._PATIENCE", 0.1)
    gate = threading.Event()

    def hanging(found, step):
        gate.wait(60)
        return draw(found, step)

    log = opened(tmp_path, hanging)
    with pytest.warns(ExplainWarning, match="pictures of step 1 wait"):
        write(log, range(3))
    assert list(read(tmp_path, "a_number")["a_number/x"]) == [0, 1, 2]
    gate.set()
    log._drawing._thread.join()
    write(log, [3])  # and what has waited
    log.flush()
    assert list(read(tmp_path, "a/")["a/0"]) == [0, 1, 2, 3]


NO_THREADS = """
import sys, threading
from tests.callbacks.test_events import opened, write

log = opened(sys.argv[1])
def refuse(*arguments, **options):
    raise RuntimeError("can't start new thread")
threading._start_new_thread = threading._start_joinable_thread = refuse
write(log, range(4))
log.flush()
"""


def test_writes_on_the_callers_thread_where_no_other_is_to_be_had(tmp_path):
    """Root has no limit of processes: what Python starts threads by fails as it does at the limit."""
    command = [sys.executable, "-c", NO_THREADS, str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True, timeout=120)
    assert list(read(tmp_path, "a/")["a/0"]) == [0, 1, 2, 3]


def test_loggers_of_one_directory_share_a_file_until_the_last_one_ends(tmp_path):
    first, second = opened(tmp_path), opened(tmp_path, lambda found, step: {"b/0": found["picture"]}, name="b")
    write(first, [0])
    write(second, [0])
    first.flush()
    del first
    write(second, [1])
    second.flush()
    assert len(list(tmp_path.iterdir())) == 1
    assert list(read(tmp_path, "a/")["a/0"]) == [0] and list(read(tmp_path, "b/")["b/0"]) == [0, 1]


def test_two_trainings_in_two_threads_log_into_one_directory(tmp_path):
    def train(name, count):
        log = opened(tmp_path, lambda found, step: {f"{name}/0": found["picture"]}, {}, name)
        write(log, range(count))
        log.flush()

    counts = {"a": 3, "b": 30, "c": 12, "d": 1}
    threads = [threading.Thread(target=train, args=each) for each in counts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    for name, count in counts.items():
        assert list(read(tmp_path, f"{name}/")[f"{name}/0"]) == list(range(count))


def test_refuses_before_training_what_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises(OptionError, match="expected log_dir= as a directory to write into"):
        opened(tmp_path / "file" / "logs")


def test_two_of_one_name_in_one_training_are_refused(tmp_path):
    training = {"epochs": 3}
    logs = [opened(tmp_path, training=training), opened(tmp_path, training=training, name="b")]
    with pytest.raises(OptionError, match="give one of them name="):
        opened(tmp_path, training=training)
    logs.append(opened(tmp_path, training={"epochs": 3}))


def left_undrawn(folder, steps):
    """Logs steps, of which the last one's pictures are never drawn, as of a process that is killed."""
    log = opened(folder)
    write(log, steps[:-1])
    log.flush()
    log._drawing.begin = lambda step, found: None
    write(log, steps[-1:])


def test_what_was_left_undrawn_is_drawn_by_the_next(tmp_path):
    left_undrawn(tmp_path, [0, 1, 2])
    assert list(read(tmp_path, "a/")["a/0"]) == [0, 1]
    assert list(read(tmp_path, "a_number")["a_number/x"]) == [0, 1, 2]
    opened(tmp_path)
    written = read(tmp_path, "a/")["a/0"]
    assert list(written) == [0, 1, 2]
    np.testing.assert_array_equal(written[2], PICTURE + np.uint8(2))
    assert read(tmp_path, "a_number")["a_number/x"] == {0: 0, 1: 0.5, 2: 1}
    assert not list(tmp_path.glob("*undrawn*"))


def test_what_was_left_in_pieces_is_told_and_removed(tmp_path):
    left_undrawn(tmp_path, [0, 1])
    (left,) = tmp_path.glob("*undrawn")
    os.truncate(left, 100)
    with pytest.warns(ExplainWarning, match="explanations of step 1 are lost"):
        opened(tmp_path)
    assert list(read(tmp_path, "a/")["a/0"]) == [0] and not left.exists()


def test_tells_which_step_is_missing_where_a_log_goes_on(tmp_path):
    assert not opened(tmp_path).begin(7)  # there is no log yet
    left_undrawn(tmp_path, [0, 1, 2])
    assert not opened(tmp_path).begin(2)
    assert opened(tmp_path).begin(3)


def test_a_step_that_comes_again_is_there_once(tmp_path):
    log = opened(tmp_path)
    write(log, range(5))
    log.flush()
    del log
    again = opened(tmp_path)
    again.begin(2)
    write(again, [3])
    again.flush()
    assert list(read(tmp_path, "a/")["a/0"]) == [0, 1, 2, 3]
    assert list(read(tmp_path, "a_number")["a_number/x"]) == [0, 1, 2, 3]


def test_steps_by_batch_are_not_forgotten_for_those_by_epoch(tmp_path):
    by_epoch, by_batch = opened(tmp_path), opened(tmp_path, lambda found, step: {"b/0": found["picture"]}, name="b")
    write(by_epoch, [0, 1])
    write(by_batch, [100, 200])
    for log in (by_epoch, by_batch):
        log.flush()
    del by_epoch, by_batch, log
    training = {}
    by_epoch = opened(tmp_path, training=training)
    by_batch = opened(tmp_path, lambda found, step: {"b/0": found["picture"]}, training, "b")
    by_epoch.begin(0)
    by_batch.begin(100)
    write(by_batch, [200])
    write(by_epoch, [1])
    for log in (by_epoch, by_batch):
        log.flush()
    assert list(read(tmp_path, "b/")["b/0"]) == [100, 200]
