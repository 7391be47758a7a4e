"""What `explain` prints and writes: maps over photographs, folders with a class each, a line each as it is ready."""

import json
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image

from keras_explain import load
from tests.cli.commands import explain, network, photo, refused

KEYS = ["photo", "folder", "predicted", "predicted_name", "probability", "true", "true_name", "targets", "scores"]
KEYS += ["methods", "not_finite", "trust", "error"]


@pytest.fixture
def classes(folder, rng):
    """Folders of the classes ant and bee, with a photograph of the same name in each."""
    for name in ("ant", "bee"):
        (folder / "classes" / name).mkdir(parents=True)
        photo(rng, (60, 20)).save(f"classes/{name}/same.jpg")
    photo(rng, (20, 60)).save("classes/bee/other.png")
    return folder


def test_results_lie_in_the_tree_of_the_classes(classes, capsys):
    code, out, err = explain(capsys, "classes", "--class-names", "labels.txt")
    assert code == 0 and "are taken as true classes: ant = 0, bee = 1." in err
    places = sorted(path.parent.as_posix() for path in Path("why").rglob("manifest.json"))
    assert places == ["why/ant/same", "why/bee/other", "why/bee/same"]
    *lines, head, ant, bee, together = out.splitlines()
    right = {"ant": 0, "bee": 0}
    for line, true, place in zip(lines, ("ant", "bee", "bee"), places):
        assert line.endswith(f" -> {place}") and (f"g: {true} " in line) is not (f", true: {true} " in line)
        right[true] += f"g: {true} " in line
    assert ant.split()[:3] == ["ant", str(right["ant"]), "1"] and bee.split()[:3] == ["bee", str(right["bee"]), "2"]
    assert together.split()[2:4] == [str(sum(right.values())), "3"] and head.startswith("true class")
    assert load("why/bee/other").labels.tolist() == [1] and load("why/ant/same").labels.tolist() == [0]


def test_names_of_as_many_folders_as_classes_are_those_of_the_classes(classes, capsys):
    (classes / "classes" / "cat").mkdir()
    code, out, err = explain(capsys, "classes", "--target", "cat")
    assert code == 0 and "ant = 0, bee = 1, cat = 2; if that is wrong give --class-names" in err
    assert "no photograph lies in cat of 'classes'." in err and out.count(": cat ") == 3
    assert load("why/ant/same").class_names == ["ant", "bee", "cat"]


@pytest.mark.parametrize("crop", [False, True])
def test_maps_lie_over_the_photographs(classes, capsys, crop):
    code, _, err = explain(capsys, "classes/bee", *(["--crop"] if crop else []))
    assert code == 0 and ("cropped and resized to" if crop else "stretched to") in err
    original = Image.open("classes/bee/same.jpg")
    with Image.open("why/same/pictures/0_grad_cam.png") as picture:
        assert picture.size == (60 * 2, 20 * 2)  # the network sees 24 x 32
    with Image.open("why/same/pictures/0_photograph.png") as picture:
        whole = original.resize((120, 40), Image.Resampling.NEAREST)
        assert np.array_equal(np.asarray(picture), np.asarray(whole)) is not crop
    settings = load("why/same").settings
    seen = [0, 50 / 3, 20, 130 / 3] if crop else [0, 0, 20, 60]
    np.testing.assert_allclose(settings["originals"][0]["seen"], seen)
    assert settings["fitted"] == ("cropped" if crop else "stretched") and settings["kernel"].startswith("bilinear")


def test_photographs_at_their_own_size_are_not_cropped(folder, capsys):
    network((None, None)).save("model.keras")
    code, _, err = explain(capsys, "photos/one.png", "--crop")
    assert code == 0 and "taken at their own size" in err
    settings = load("why/one").settings
    assert settings["fitted"] == "not resized" and settings["originals"][0]["drawn"] == [30, 40]


def test_a_json_object_a_photograph(classes, capsys):
    (classes / "classes" / "bee" / "broken.png").write_text("none")
    code, out, err = explain(capsys, "classes", "--class-names", "labels.txt", "--json", "--target", "top2")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 1 and len(rows) == 4 and all(list(row) == KEYS for row in rows)
    (broken,) = [row for row in rows if row["error"]]
    assert (
        broken["photo"] == "classes/bee/broken.png"
        and broken["folder"] is None
        and (broken["true"], broken["true_name"]) == (1, "bee")
    )
    assert broken["error"].startswith("it is no picture")
    for row in rows:
        if row is not broken:
            found = load(row["folder"])
            assert found.targets[0].tolist() == row["targets"] and row["predicted"] == row["targets"][0]
            np.testing.assert_allclose(row["scores"], found.scores[0], rtol=1e-6)
            assert row["probability"] == pytest.approx(found.probabilities.max())
            assert row["true_name"] == ["ant", "bee"][row["true"]] and row["methods"] == ["grad_cam"]
    assert "true class" in err and "1 of 4 photographs were not explained: 'classes/bee/broken.png'." in err


def test_trust_is_told_below_each_photograph(folder, capsys):
    code, out, err = explain(capsys, "photos/one.png", "--trust")
    first, title, *sentences = out.splitlines()
    assert code == 0 and first.endswith("-> why/one") and title.startswith("  Grad-CAM: ")
    assert [line.split(":")[0] for line in sentences] == ["    deletion", "    class", "    weights"]
    row = json.loads(explain(capsys, "photos/one.png", "--trust", "--json")[1])["trust"][1]
    assert row["measure"] == "class" and f"    {row['sentence']}" == sentences[1]
    assert row["value"] == load("why/one").trust.rows[1].value


def test_the_plot_in_another_format(folder, capsys):
    assert explain(capsys, "photos/one.png", "--format", "pdf", "--dpi", 300)[0] == 0
    assert Path("why/one/plot.pdf").read_bytes().startswith(b"%PDF")
    assert explain(capsys, "photos/one.png", "--max-side", 20)[0] == 0  # in place of the earlier one
    assert not Path("why/one/plot.pdf").exists()
    with Image.open("why/one/pictures/0_photograph.png") as picture:
        assert picture.size == (20, 15)


def test_a_folder_without_photographs_is_told_and_the_others_are_explained(folder, capsys):
    (folder / "empty").mkdir()
    code, out, err = explain(capsys, "empty", "photos/one.png")
    assert code == 1 and out.count(" -> ") == 1 and "no photographs in 'empty'." in err


def test_what_was_done_to_a_photograph_is_told_once(folder, rng, capsys):
    shutil.rmtree("photos")
    (folder / "photos").mkdir()
    photo(rng).save("photos/moving.gif", save_all=True, append_images=[photo(rng)])
    Image.new("RGBA", (9, 9)).save("photos/clear.png")
    code, _, err = explain(capsys, "photos")
    assert code == 0 and err.count("'photos/moving.gif' holds 2 pictures, of which the first is taken.") == 1
    assert err.count("'photos/clear.png' is fully transparent, so that all of it is white.") == 1


def test_a_grid_of_tokens_that_cannot_be_followed(folder, rng, capsys):
    inputs = x = keras.Input((16, 20, 3))
    x = layers.Permute((2, 1))(layers.Reshape((20, 4))(layers.Conv2D(4, 4, 4)(x)))
    x = layers.Permute((2, 1), name="mixed")(layers.Dense(20)(x))
    keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling1D()(x))).save("model.keras")
    photo(rng, (40, 32)).save("photo.png")
    typed = ["photo.png", "--scale", "0..1", "--layer", "mixed"]
    assert "give --grid" in refused(capsys, "explain", "model.keras", *typed, "--method", "grad_cam")[1]
    assert explain(capsys, *typed, "--grid", 4, 5)[0] == 0
    found = load("why/photo")
    assert found.settings["grid"] == [4, 5] and found.layers == {"grad_cam": "mixed"}
