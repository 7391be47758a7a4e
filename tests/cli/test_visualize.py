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


def test_channels_of_a_layer(folder, capsys):
    options = ["visualize", "model.keras", "--layer", "conv", "--steps", 3, "--seed", 0]
    code, out, _ = run(capsys, *options, "--channel", 3, "--channel", 1)
    lines = out.splitlines()
    assert code == 0 and [line.split(":")[0] for line in lines] == ["channel 3", "channel 1"]
    assert all(line.endswith("-> features.png") for line in lines)
    code, out, _ = run(capsys, *options, "--recipe", "natural", "--out", "all.pdf")
    assert code == 0 and len(out.splitlines()) == 4 and (folder / "all.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--layer", "conv", "--channel", 4], "from 0 to 3 of layer 'conv', received 4"),
        (["--layer", "cone"], "did you mean 'conv'?"),
        (["--layer", "conv", "--channel", -1], "--channel"),
        (["--layer", "conv", "--target", 0], "not allowed with"),
        (["--target", 0, "--channel", 0], "--layer with --channel"),
        (
            ["--layer", "conv", "--score", "probability", "--class-names", "labels.txt"],
            "--class-names, --score say how",
        ),
        ([], "--target --layer"),
    ],
)
def test_what_is_neither_a_class_nor_a_channel_is_refused(folder, capsys, options, said):
    code, line = refused(capsys, "visualize", "model.keras", *options)
    assert code == 2 and said in line
    assert not (folder / "features.png").exists() and not (folder / "class.png").exists()
