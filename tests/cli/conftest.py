import pytest

from tests.cli.commands import NAMES, network, photo


@pytest.fixture
def folder(tmp_path, rng, monkeypatch):
    """A folder with a model, class names and photographs, which the commands run in."""
    monkeypatch.chdir(tmp_path)
    network().save("model.keras")
    (tmp_path / "labels.txt").write_text("\n".join(NAMES) + "\n")
    (tmp_path / "photos").mkdir()
    for name in ("one.png", "two.jpg", "three.bmp"):
        photo(rng).save(f"photos/{name}")
    return tmp_path
