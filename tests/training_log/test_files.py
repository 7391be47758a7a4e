"""Event files wherever they are."""

import tensorflow as tf

from keras_explain import read_log
from keras_explain.training_log.runs import find_runs
from tests.training_log.test_read_log import check
from tests.training_log.writing import write


def test_linked_runs_are_found_and_circles_end(tmp_path):
    write(tmp_path / "elsewhere" / "run", [0])
    logs = tmp_path / "logs"
    write(logs / "own", [0])
    (logs / "linked").symlink_to(tmp_path / "elsewhere" / "run")
    (logs / "own" / "circle").symlink_to(logs)
    assert list(find_runs(str(logs))) == ["linked", "own"]
    assert list(find_runs(f"{logs}/own/")) == [".", "circle/linked"]
    assert find_runs(str(tmp_path / "none")) == {}


def test_what_is_no_file_and_what_is_no_run_is_passed_over(tmp_path):
    write(tmp_path, [0, 1])
    (tmp_path / "events.out.tfevents.folder").mkdir()
    (tmp_path / "events.out.tfevents.gone").symlink_to(tmp_path / "nowhere")
    check(read_log(tmp_path), [0, 1])


def test_logs_are_read_from_other_file_systems():
    write("ram://logs/run", range(3))
    check(read_log("ram://logs"), range(3))
    tf.io.gfile.rmtree("ram://logs")
