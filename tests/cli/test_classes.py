import os

import pytest

from keras_explain import OptionError
from keras_explain.cli.classes import read_class_names
from tests.cli.commands import refused

FILES = {
    "huge": b"",
    "binary": bytes(range(256)),
    "latin": "ant\ncaf\u00e9\n".encode("latin1"),
    "utf-16": "ant\ncaf\u00e9\n".encode("utf-16"),
    "blank": b"\n \r\n",
}


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("pipe", "is a pipe"),
        ("/dev/zero", "is a device"),
        ("folder", "is a folder"),
        ("huge", "1,000,000,000,000 bytes"),
        ("binary", "is no text"),
        ("latin", "line 2 is in another encoding; .*iconv -f LATIN1"),
        ("utf-16", "iconv -f UTF-16"),
        ("blank", "is empty"),
        ("missing", "does not exist"),
    ],
)
def test_a_file_that_holds_no_names_is_refused(tmp_path, in_time, kind, why):
    path = tmp_path / kind
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind in FILES:
        path.write_bytes(FILES[kind])
        if kind == "huge":
            os.truncate(path, 10**12)
    with pytest.raises(OptionError, match=why):
        read_class_names(path)


def test_a_name_a_line_as_an_editor_counts_them(tmp_path):
    (tmp_path / "labels.txt").write_bytes("\ufeffa\x0cb\u2028\x85c\r\nd \r\n\r\ne\r\n\r\n".encode())
    assert read_class_names(tmp_path / "labels.txt") == ["a\x0cb\u2028\x85c", "d", "", "e"]


@pytest.mark.parametrize("command", ["explain", "visualize"])
def test_a_million_names_are_refused_by_their_number(folder, capsys, in_time, command):
    (folder / "many.txt").write_text("\n".join(f"class {i}" for i in range(1_000_000)))
    photos = ["photos"] if command == "explain" else []
    options = ["--class-names", "many.txt", "--target", "class 7"]
    code, line = refused(capsys, command, "model.keras", *photos, *options)
    assert code == 2 and "of 3 lines" in line and "1000000" in line
