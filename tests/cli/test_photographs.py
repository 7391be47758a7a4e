import os
import unicodedata
from pathlib import Path

import pytest

from keras_explain import OptionError
from keras_explain.cli.photographs import find_photos, result_names

STRANGE = [
    *("..png", "...png", "....png", ".png", "  .png", "a.png", "A.png", "a.jpg", "a .png", "a..png", "-x.png"),
    *("a" * 240 + ".png", "a" * 239 + "b.png", "\u732b" * 70 + ".png", "\u00e9.png", "e\u0301.png"),
    *("new\nline.png", "\x1b[31mred.png", "tab\t.png", "caf\udce9.png", "caf\udcea.png", "\u202egpj.png"),
    *("x:y?.png", "x_y_.png", "<b>.png", "back\\slash.png", "$x$.png"),
]


@pytest.mark.parametrize("folder", ["photos", "/data/photos", "", "..", "../.."])
def test_every_name_becomes_a_folder_of_its_own_below_the_results(folder):
    photos = [Path(folder, name) for name in STRANGE] + [Path(folder, "deep", name) for name in STRANGE]
    names = result_names(photos)
    assert len({unicodedata.normalize("NFC", name).casefold() for name in names}) == len(photos)
    for name in names:
        assert name.isprintable() and 0 < len(name.encode()) < 160 and not name.startswith(".")
        assert Path(os.path.normpath(Path("out", name))).parent == Path("out")


def test_a_name_depends_on_no_other_one_but_of_its_kind():
    long = Path("photos", "a" * 240 + ".png")
    alone = result_names([Path("photos/cat.png"), long])
    assert result_names([Path("more/dog.png"), long, Path("photos/cat.png")]) == ["dog", alone[1], alone[0]]
    assert alone[0] == "cat" and result_names([]) == []


def test_paths_of_equal_parts_are_told_apart():
    names = result_names([Path(path) for path in ("a_b/c.png", "z/c.png", "a/b_c.png", "z/b_c.png")])
    assert len(set(names)) == 4 and names[0].startswith("a_b_c.png_") and names[2].startswith("a_b_c.png_")


def test_files_of_any_kind_and_name_are_found_and_none_is_opened(tmp_path, monkeypatch, in_time):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.png")
    os.mkdir("folder.png")
    for name in ("new\nline.png", "caf\udce9.png", "..png"):
        Path(name).write_text("")
    Path("dangling.png").symlink_to("nowhere.png")
    Path("loop.png").symlink_to("loop.png")
    found = {photo.name for photo in find_photos(["."])}
    assert found == {"pipe.png", "new\nline.png", "caf\udce9.png", "dangling.png", "loop.png"}
    assert find_photos(["..png", "/dev/zero"]) == [Path("..png"), Path("/dev/zero")]


@pytest.mark.parametrize("pattern", ["\x00", "x" * 300, "a/" * 3000, "caf\udce9.png", "nope\n.png", "["])
def test_what_stands_for_no_photograph_is_refused(tmp_path, monkeypatch, pattern):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OptionError, match="expected"):
        find_photos([pattern])
