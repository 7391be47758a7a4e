import pytest

from tests.cli.commands import refused


@pytest.mark.parametrize("name", ["demo/logs/notes.txt", "demo/picture.png", "demo"])
def test_a_folder_that_is_not_the_demos_is_left_alone(tmp_path, monkeypatch, capsys, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("mine")
    code, line = refused(capsys, "demo")
    assert code == 2 and "demo" in line and (tmp_path / name).read_text() == "mine"
