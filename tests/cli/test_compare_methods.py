import json

import numpy as np
import pytest

import keras_explain as kx
from keras_explain.photographs.reading import read_photo
from tests.cli.commands import network, photo, refused, run
from tests.networks import without_relu

COMMAND = ["compare-methods", "model.keras"]
QUICKLY = ["--measure", "average_drop", "--measure", "hiding", "--method", "grad_cam", "--method", "saliency"]


def test_the_table_is_printed_and_the_figure_drawn(folder, capsys):
    code, out, err = run(capsys, *COMMAND, "photos", *QUICKLY, "--out", "methods.svg")
    assert code == 0 and "Grad-CAM" in out and "average_drop" in out and "Means over 3 images" in out
    assert "the figure is 'methods.svg'." in err and "values are taken as 0..255" in err
    assert "average drop" in (folder / "methods.svg").read_text()
    code, line = refused(capsys, *COMMAND, "photos", "--out", "methods.svg")
    assert code == 2 and "--overwrite" in line


def test_each_row_is_an_object_of_what_python_gives(folder, capsys):
    code, out, _ = run(capsys, *COMMAND, "photos", *QUICKLY, "--json", "--target", "bee", "--class-names", "labels.txt")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [row["measure"] for row in rows] == ["average_drop"] * 2 + ["hiding"] * 2
    model = network()
    model.load_weights("model.keras")
    images = np.stack([read_photo(f"photos/{name}", 3, (24, 32))[0] for name in ("one.png", "three.bmp", "two.jpg")])
    found = kx.compare_methods(model, images, ["grad_cam", "saliency"], target=1, measures=["average_drop", "hiding"])
    for row in rows:
        same = found.of(row["method"], row["measure"])
        assert row["value"] == pytest.approx(same.value, rel=1e-4) and row["count"] == 3 and row["holds"] is None


def test_folders_tell_how_many_are_predicted_right(folder, rng, capsys):
    for i, name in enumerate(("ant", "bee", "tabby")):
        (folder / "classes" / name).mkdir(parents=True)
        for j in range(1 + i):
            photo(rng).save(f"classes/{name}/{j}.png")
    (folder / "classes" / "bee" / "broken.png").write_text("no picture")
    command = [*COMMAND, "classes", *QUICKLY[2:], "--class-names", "labels.txt"]
    code, out, err = run(capsys, *command)
    assert code == 1 and "'classes/bee/broken.png' can't be read" in err
    assert "Means over 6 images, of which " in out and " of 6 are predicted right" in out


def test_what_cannot_be_measured_is_told(folder, capsys):
    without_relu().save("model.keras")
    options = ["--method", "cam", "--method", "saliency", "--measure", "grid_pointing", "--measure", "average_drop"]
    code, out, err = run(capsys, *COMMAND, "photos", *options)
    assert code == 1 and "cam is left out: " in err and "grid_pointing: nothing was measured: " in err
    assert "Saliency" in out and "left out" not in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--measure", "deletions"], "invalid choice"),
        (["--method", "gradcam"], "did you mean 'grad_cam'"),
        (["--target", "top3"], "--target as an index"),
        (["--out", "methods.gif"], ".png, .pdf, .svg"),
        (["--target", "9"], "from 0 to 2"),
    ],
)
def test_what_is_typed_wrong_is_refused_in_a_line(folder, capsys, options, said):
    code, line = refused(capsys, *COMMAND, "photos", *options)
    assert code == 2 and said in line


def test_photographs_of_several_sizes_need_one(folder, rng, capsys):
    network((None, None)).save("model.keras")
    photo(rng, (20, 50)).save("photos/other.png")
    code, line = refused(capsys, *COMMAND, "photos")
    assert code == 2 and "give --size HEIGHT WIDTH" in line
