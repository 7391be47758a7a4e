import os
from pathlib import Path

import pytest

from keras_explain import OptionError
from keras_explain.photographs.found import find_photos


def test_files_of_any_kind_and_name_are_found_and_none_is_opened(tmp_path, monkeypatch, in_time):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.png")
    os.mkdir("folder.png")
    for name in ("new\nline.png", "caf\udce9.png", "..png"):
        Path(name).write_text("")
    Path("dangling.png").symlink_to("nowhere.png")
    Path("loop.png").symlink_to("loop.png")
    found = {photo.name for photo in find_photos(["."]).photos}
    assert found == {"pipe.png", "new\nline.png", "caf\udce9.png", "dangling.png", "loop.png"}
    assert find_photos(["..png", "/dev/zero"]).photos == [Path("..png"), Path("/dev/zero")]


@pytest.mark.parametrize("pattern", ["\x00", "x" * 300, "a/" * 3000, "caf\udce9.png", "nope\n.png", "["])
def test_what_stands_for_no_photograph_is_refused(tmp_path, monkeypatch, pattern):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OptionError, match="expected"):
        find_photos([pattern])
