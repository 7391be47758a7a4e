import os
from pathlib import Path

import pytest

from tests.cli.commands import refused, run


@pytest.mark.parametrize(
    "name", ["pipe.png", "labels.txt/a.png", "/proc/a.png", "x" * 300 + ".png", "\x00.png", "gone/a.png"]
)
def test_a_place_for_a_picture_that_is_none_is_refused_before_any_work(folder, capsys, in_time, name):
    os.mkfifo("pipe.png")
    (folder / "gone").symlink_to("nowhere")
    code, line = refused(capsys, "visualize", "model.keras", "--target", 0, "--out", name)
    assert code == 2 and "--out" in line


def test_a_picture_is_replaced_when_that_is_asked_for(folder, capsys):
    command = ["visualize", "model.keras", "--target", 0, "--steps", 1]
    (folder / "class.png").write_text("mine")
    code, line = refused(capsys, *command)
    assert code == 2 and "--overwrite" in line and (folder / "class.png").read_text() == "mine"
    assert run(capsys, *command, "--overwrite")[0] == 0
    assert (folder / "class.png").read_bytes().startswith(b"\x89PNG")


def test_classes_of_any_name_are_visualized(folder, capsys):
    (folder / "labels.txt").write_text("$\\frac{\x00\n\x1b[31m<b>\n" + "x" * 500)
    options = ["--class-names", "labels.txt", "--steps", 1, "--out", "caf\udce9.png"]
    code, out, _ = run(capsys, "visualize", "model.keras", "--target", 0, "--target", 1, "--target", 2, *options)
    lines = [line for line in out.splitlines() if ": score" in line]
    assert code == 0 and len(lines) == 3 and all(line.isprintable() and len(line) < 200 for line in lines)
    assert Path("caf\udce9.png").stat().st_size > 1000
