"""A region and a box as they are typed."""

import json

import numpy as np
import pytest
from PIL import Image

import keras_explain as kx
from tests.cli.commands import explain, photo, refused
from tests.scores.networks import SIZE, detector, unet

BOX = ["--box", "3,2,4,5", "--boxes", "boxes", "--output", "classes", "--target", 1]


@pytest.fixture
def dense(folder, rng):
    """A folder with a U-Net, a detector, a photograph of the input's aspect and a mask of that of the photograph."""
    unet().save("model.keras")
    detector().save("detector.keras")
    photo(rng, (48, 32)).save("photo.png")
    mask = np.zeros((32, 48), "uint8")
    mask[8:20, 12:30] = 255
    Image.fromarray(mask).save("mask.png")
    (folder / "labels.txt").write_text("sky\nroad\ncar\n")
    return folder


def test_a_region_in_a_picture(dense, capsys):
    named = ["--class-names", "labels.txt", "--target", "car"]
    code, out, _ = explain(capsys, "photo.png", "--region", "mask.png", *named)
    found = kx.load("why/photo")
    assert code == 0 and out == f"photo.png: car in 54 pixels score {found.scores[0]:.3g} -> why/photo\n"
    mask = np.zeros(SIZE, bool)
    mask[4:10, 6:15] = True  # half the size of the photograph
    assert found.score == kx.scores.region(mask, 2) and found.layers == {"grad_cam": "decoder"}
    code, out, _ = explain(capsys, "photo.png", "--region", "predicted", "--target", 2, "--json", "--out", "other")
    assert code == 0 and json.loads(out)["targets"] == [-1]
    assert kx.load("other/photo").score == kx.scores.region("predicted", 2)


@pytest.mark.parametrize(("format", "box"), [("xyxy", (3, 2, 7, 7)), ("center_xywh", (5, 4.5, 4, 5))])
def test_a_box(format, box, dense, capsys):
    dense.joinpath("detector.keras").rename("model.keras")
    code, out, _ = explain(capsys, "photo.png", *BOX, "--box-format", format, "--layer", "scale1")
    assert code == 0 and "class 1 nearest to" in out
    assert kx.load("why/photo").score == kx.scores.nearest_box(box, 1, "boxes", "classes", format)


REFUSED = {
    "--target with --region": ["--region", "mask.png"],
    "--boxes with --box": [one for one in BOX if one not in ("--boxes", "boxes")],
    "--box with --boxes": ["--boxes", "boxes"],
    "one score, received --region and --box": [*BOX, "--region", "mask.png"],
    "received --region and --score": ["--region", "mask.png", "--target", 1, "--score", "probability"],
    "as one class with --region": ["--region", "mask.png", "--target", "top2"],
    "'none.png', which does not exist": ["--region", "none.png", "--target", 1],
    "four numbers x,y,w,h": ["--box", "1,2,3"],
    "a size above 0": ["--box", "1,2,3,0"],
    "classes from 0 to 2": ["--region", "mask.png", "--target", 3],
    "pass --region or --box to `explain`": [],
    "with a region in it": ["--region", "black.png", "--target", 1],
}


def test_what_lacks_something_is_refused(dense, capsys):
    Image.new("L", (48, 32)).save("black.png")
    for what, given in REFUSED.items():
        code, line = refused(capsys, "explain", "model.keras", "photo.png", *given)
        assert code in (1, 2) and what in line
