import pytest

from keras_explain.errors import InputError, OptionError
from keras_explain.report.folders import new_folder, read_manifest, write_manifest


def fill(folder, text="one", kind="things"):
    with new_folder(folder, kind) as fresh:
        (fresh / "deep").mkdir()
        (fresh / "deep" / "file.txt").write_text(text)
        write_manifest(fresh, kind, more=[1, 2])


def test_a_folder_is_there_with_its_manifest_at_the_end(tmp_path):
    folder = tmp_path / "not" / "yet" / "there"
    fill(folder)
    manifest = read_manifest(folder, "things")
    assert manifest == {"kind": "things", "more": [1, 2], "files": ["deep/file.txt", "manifest.json"]}
    assert list(folder.parent.iterdir()) == [folder]


def test_an_empty_folder_is_filled_and_an_own_one_replaced(tmp_path):
    folder = tmp_path / "why"
    folder.mkdir()
    fill(folder)
    fill(str(folder), "two")
    assert (folder / "deep" / "file.txt").read_text() == "two"
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("existing", ["file", "other files", "a file was added", "of another kind"])
def test_whatever_else_is_there_is_left_alone(tmp_path, existing):
    folder = tmp_path / "why"
    if existing == "file":
        folder.write_text("mine")
    elif existing == "other files":
        folder.mkdir()
        (folder / "notes.txt").write_text("mine")
    else:
        fill(folder, kind="cats" if existing == "of another kind" else "things")
        if existing == "a file was added":
            (folder / "deep" / "notes.txt").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises((OptionError, InputError), match="why"):
        fill(folder, "two")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("saved_before", [False, True])
def test_a_failure_leaves_nothing_new_behind(tmp_path, saved_before):
    folder = tmp_path / "why"
    if saved_before:
        fill(folder)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(RuntimeError), new_folder(folder, "things") as fresh:
        (fresh / "half.txt").write_text("half")
        raise RuntimeError("no space left")
    assert sorted(tmp_path.rglob("*")) == before


def test_what_is_no_such_folder_is_refused(tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(InputError, match="expected a folder that holds things"):
            read_manifest(folder, "things")
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(InputError, match="says otherwise"):
        read_manifest(tmp_path, "things")
