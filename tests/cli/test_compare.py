"""What `compare` prints and draws of two models."""

import json

import keras

from tests.cli.commands import network, refused, run


def test_what_changed_is_printed_and_drawn(folder, capsys):
    keras.utils.set_random_seed(3)
    network((30, 40)).save("new.keras")
    code, out, err = run(capsys, "compare", "model.keras", "new.keras", "photos", "--out", "changes.svg")
    assert code == 0 and out.startswith("3 images, another class for ") and "the figure is 'changes.svg'." in err
    assert "after: new.keras" in (folder / "changes.svg").read_text()
    (folder / "photos" / "broken.png").write_text("none")
    code, out, err = run(capsys, "compare", "model.keras", "new.keras", "photos", "--json", "--method", "cam")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 1 and len(rows) == 3 and "'broken.png' can't be read" in err
    assert set(rows[0]) >= {"key", "label", "before", "after", "kind", "movement"}


def test_what_is_wrong_is_refused_at_once(folder, capsys):
    assert "two models" in refused(capsys, "compare", "model.keras", "model.keras", "photos")[1]
    assert "received 'none.keras'" in refused(capsys, "compare", "model.keras", "none.keras", "photos")[1]
    assert "as a method's key" in refused(capsys, "compare", "model.keras", "none.keras", "photos", "--method", "x")[1]
