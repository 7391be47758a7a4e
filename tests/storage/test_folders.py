import json
import os

import pytest

from keras_explain.errors import InputError
from keras_explain.storage.folders import (
    MANIFEST,
    difference,
    is_unchanged,
    read_manifest,
    write_manifest,
    written_files,
)

DIGEST = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"  # sha256sum of "one"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file.txt").write_text("one")
    write_manifest(tmp_path, "things", more=(1, 2), names={3: "猫", 4: "\udcff"})
    return tmp_path


def test_a_manifest_is_read_back_with_the_digest_of_each_file(folder):
    manifest = read_manifest(folder, "things")
    assert len(manifest.pop("sha256")) == 64
    assert manifest == {
        "kind": "things",
        "more": [1, 2],
        "names": {"3": "猫", "4": "\udcff"},
        "files": {"deep/file.txt": DIGEST},
    }
    assert "猫" in (folder / MANIFEST).read_text()
    assert written_files(folder, "things") == {"deep/file.txt": DIGEST}
    assert is_unchanged(folder / "deep" / "file.txt", DIGEST)
    assert difference(folder, "things", ".+") is None


def test_what_is_no_such_folder_is_refused(tmp_path):
    for folder in (tmp_path, tmp_path / "missing", f"{tmp_path}\0", "\ud800"):
        with pytest.raises(InputError, match="expected a folder that holds things"):
            read_manifest(folder, "things")
    (tmp_path / MANIFEST).write_text("[]")
    with pytest.raises(InputError, match="says otherwise"):
        read_manifest(tmp_path, "things")


def nested(depth, start="[", end="]"):
    return '{"kind": "things", "more": ' + start * depth + "1" + end * depth + "}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"\xff\xfe", "can't decode"),
        (b"{", "Expecting property name"),
        (b'{"kind": "cats"}', "says otherwise"),
        (b'{"kind": ["things"]}', "says otherwise"),
        (nested(100_000).encode(), "nested too deeply"),
        (nested(100).encode(), "nested too deeply"),
        (nested(100, '{"a":', "}").encode(), "nested too deeply"),
        (b'{"kind": "things", "more": ' + b"1" * 10_000 + b"}", "integer string"),
        (b" " * (2**25 + 1), "more than 33,554,432 bytes"),
    ],
)
def test_a_broken_manifest_is_refused(tmp_path, text, told):
    (tmp_path / MANIFEST).write_bytes(text)
    with pytest.raises(InputError, match=told):
        read_manifest(tmp_path, "things")


def test_what_could_not_be_read_back_is_not_written(tmp_path):
    with pytest.raises(InputError, match="at most 32 deep"):
        write_manifest(tmp_path, "things", more=json.loads("[" * 40 + "]" * 40))
    assert not list(tmp_path.iterdir())


def test_what_only_looks_like_a_file_is_not_waited_for(tmp_path):
    for make in (os.mkfifo, os.mkdir, lambda path: os.symlink("/dev/zero", path)):
        make(tmp_path / MANIFEST)
        with pytest.raises(InputError, match="no regular file"):
            read_manifest(tmp_path, "things")
        assert difference(tmp_path, "things", ".+") == "which holds other files"
        (os.rmdir if os.path.isdir(tmp_path / MANIFEST) else os.unlink)(tmp_path / MANIFEST)


def test_a_manifest_of_many_bytes_is_read_if_that_is_allowed(folder):
    size = (folder / MANIFEST).stat().st_size
    assert read_manifest(folder, "things", size)["more"] == [1, 2]
    with pytest.raises(InputError, match=f"more than {size - 1} bytes"):
        read_manifest(folder, "things", size - 1)


def test_only_a_manifest_as_it_is_written_proves_anything(folder):
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="was changed"):
        written_files(folder, "things")
    del manifest["files"]
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1))
    with pytest.raises(InputError, match="was changed"):
        written_files(folder, "things")
