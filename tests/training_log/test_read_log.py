"""What was logged is read as it was, after whatever happens to files and processes."""

import os
import shutil

import numpy as np
import pytest

from keras_explain import ExplainWarning, InputError, OptionError, read_log
from keras_explain.training_log.event_records import records
from tests.training_log.writing import inputs, maps_at, numbers_at, opened, write


def check(log, steps):
    assert log.steps.tolist() == list(steps)
    for place, step in enumerate(steps):
        np.testing.assert_allclose(log.maps["grad_cam"][place], maps_at(step)["grad_cam"], rtol=1e-3)
        numbers = numbers_at(step)
        for name in ("scores", "targets", "probabilities"):
            np.testing.assert_array_equal(getattr(log, name)[place], numbers[name])
        np.testing.assert_array_equal(log.measures["concentration/saliency"][place], numbers["concentration/saliency"])


@pytest.fixture
def written(tmp_path):
    write(tmp_path / "run", range(4))
    return tmp_path / "run"


def only(folder):
    (path,) = folder.iterdir()
    return path


def test_reads_what_was_written(written):
    log = read_log(written)
    check(log, range(4))
    assert log.maps["saliency"].shape == (4, 3, 16, 24, 3) and log.maps["saliency"].dtype == np.float32
    np.testing.assert_array_equal(log.images, inputs()[1])
    assert log.labels.tolist() == [0, 1, 0] and log.class_names == ["zero", "one"] and log.by_epoch
    assert log.methods == ["grad_cam", "saliency"] and len(log) == 4 and not log.left_out
    chances = np.stack([numbers_at(step)["probabilities"][[0, 1, 2], [0, 1, 0]] for step in range(4)])
    np.testing.assert_allclose(log.losses, -np.log(chances), rtol=1e-5)


def test_some_of_the_steps_are_a_log_of_their_own(written):
    log = read_log(written)
    check(log[-2:], [2, 3])
    assert list(log.maps) == log.methods and len(log.maps) == 2
    with pytest.raises(KeyError):
        log.maps["cam"]
    with pytest.raises(TypeError, match="a slice of steps"):
        log[1]


def test_what_a_killed_process_has_left_undrawn_is_there_when_the_next_has_begun(tmp_path):
    log = opened(tmp_path)
    log.log(0, lambda: {})
    log.flush()
    log._drawing.begin = lambda step, found, numbers: None  # killed before the second step is drawn
    log.log(1, lambda: {})
    check(read_log(tmp_path), [0])
    del log
    opened(tmp_path)
    check(read_log(tmp_path), [0, 1])


def test_a_directory_above_is_as_good_as_long_as_there_is_one_run(written):
    check(read_log(written.parent), range(4))
    write(written.parent / "other", [0])
    with pytest.raises(OptionError, match="expected run= to choose one of 2 runs; known are: other, run."):
        read_log(written.parent)
    assert read_log(written.parent, run="other").run == "other"
    with pytest.raises(OptionError, match="received '../run'; did you mean 'run'?"):
        read_log(written.parent, run="../run")


def test_loggers_of_one_run_are_told_apart(written):
    write(written, [0], name="b_raw")
    with pytest.raises(OptionError, match="name= to choose one of 2 loggers; known are: explanations, b_raw."):
        read_log(written)
    check(read_log(written, name="explanations"), range(4))


def test_where_nothing_was_logged_it_says_so(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError, match="in which an ExplanationLogger has logged"):
            read_log(folder)
    (tmp_path / "events.out.tfevents.1").write_bytes(b"nothing of the kind")
    with pytest.raises(InputError, match="broken at byte 0"):
        read_log(tmp_path)


def test_half_a_record_at_the_end_is_left(written):
    path = only(written)
    os.truncate(path, path.stat().st_size - 20)  # within the pictures of the last step
    check(read_log(written), range(4))
    ends = [end for _, end, data in records(str(path), 0, lambda head: b"_raw" in head) if data]
    os.truncate(path, ends[-1] - 1)
    log = read_log(written)
    check(log, range(3))
    assert not log.left_out


def test_what_stands_behind_a_broken_place_is_told(written):
    path = only(written)
    places = [place for place, _, data in records(str(path), 0, lambda head: b"_raw" in head) if data]
    data = bytearray(path.read_bytes())
    data[places[3]] ^= 1  # the length of the third step's record: the first is of the images
    path.write_bytes(data)
    with pytest.warns(ExplainWarning, match="broken at byte"):
        log = read_log(written)
    check(log, range(2))
    write(written, [2, 3])  # a file that is broken does not hide the next one
    with pytest.warns(ExplainWarning, match="broken at byte"):
        check(read_log(written), range(4))


def test_a_step_of_which_the_bytes_are_broken_is_told_when_it_is_read(written):
    path = only(written)
    *_, (place, end, _) = [each for each in records(str(path), 0, lambda head: b"_raw" in head) if each[2]]
    data = bytearray(path.read_bytes())
    data[end - 60] ^= 255
    path.write_bytes(data)
    log = read_log(written)
    check(log[:3], range(3))
    with pytest.raises(InputError):
        assert log.measures and log.probabilities is not None and all(len(maps) for maps in log.maps.values())


def test_steps_that_come_again_are_there_once_as_they_were_last(tmp_path):
    write(tmp_path, range(5))
    again = opened(tmp_path)
    again.begin(1)
    for step in (2, 3):
        again.log(step, lambda: {})
    again.flush()
    check(read_log(tmp_path), range(4))


def test_a_training_on_other_images_in_the_same_directory_is_told(tmp_path):
    write(tmp_path, range(3), seed=1)
    write(tmp_path, [3, 4])
    with pytest.warns(ExplainWarning, match="3 steps are about other images"):
        log = read_log(tmp_path)
    check(log, [3, 4])


def test_images_are_in_every_file_that_has_steps(tmp_path):
    log = opened(tmp_path)
    log.log(0, lambda: {})
    log.flush()
    shutil.move(only(tmp_path), tmp_path.parent / "rotated")
    with pytest.warns(ExplainWarning, match="removed or cut off"):
        log.log(1, lambda: {})
        log.flush()
    check(read_log(tmp_path), [1])


def test_images_are_written_once_a_file(tmp_path):
    log = opened(tmp_path)
    for step in range(3):
        log.log(step, lambda: {})
    log.flush()
    found = [data for _, _, data in records(str(only(tmp_path)), 0, lambda head: True)]
    assert sum(b"explanations_raw_inputs" in data for data in found) == 1
