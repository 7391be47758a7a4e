"""Maps over the photographs that images were made of: at their own size, with what was done to them undone."""

import os
import warnings

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image

from keras_explain import ExplainWarning, InputError, OptionError, explain, load
from keras_explain.report.originals import Original
from keras_explain.visual.framing import frame
from keras_explain.visual.over_photograph import map_over_photograph, photograph_picture

SIZE = (12, 12)


def scene(height, width, seed):
    """Returns a photograph with something in it that is seen at any size."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(256, size=(4, 5, 3), dtype="uint8"))
    return coarse.resize((width, height), Image.Resampling.BICUBIC)


def inputs(photos, crop=False):
    boxes = [frame((one.height, one.width), SIZE, crop).box for one in photos]
    boxes = [(left, top, right, bottom) for top, left, bottom, right in boxes]
    resized = [one.resize(SIZE, Image.Resampling.BILINEAR, box) for one, box in zip(photos, boxes)]
    return np.stack([np.asarray(one) for one in resized]).astype("float32") / 255


@pytest.fixture(scope="module")
def photos():
    return [scene(30, 80, 1), scene(64, 40, 2), scene(9, 9, 3)]


@pytest.fixture(scope="module")
def model():
    chain = [layers.Conv2D(3, 3, activation="relu", name="conv"), layers.GlobalAveragePooling2D(), layers.Dense(2)]
    return keras.Sequential([keras.Input((*SIZE, 3)), *chain])


@pytest.fixture(scope="module")
def explanation(model, photos):
    return explain(model, inputs(photos), methods=["grad_cam", "guided_backprop"])


def told(function, *arguments, **options):
    """Returns the warnings about likeness that a call gives."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        function(*arguments, **options)
    return [one for one in given if one.category is ExplainWarning]


def pictures(folder):
    return {path.stem: np.asarray(Image.open(path)) for path in (folder / "pictures").iterdir()}


@pytest.mark.parametrize("kind", ["paths", "images", "arrays"])
def test_maps_lie_over_the_photographs_at_their_own_size(explanation, photos, tmp_path, kind):
    paths = [tmp_path / f"{i}.png" for i in range(3)]
    for path, photo in zip(paths, photos):
        photo.save(path)
    original = {"paths": [paths[0], str(paths[1]), paths[2]], "images": photos, "arrays": list(map(np.asarray, photos))}
    explanation.save(tmp_path / "why", original=original[kind])
    found = pictures(tmp_path / "why")
    assert found["0_input"].shape == (12, 12, 3) and found["2_photograph"].shape == (18, 18, 3)
    for i, photo in enumerate(photos[:2]):
        np.testing.assert_array_equal(found[f"{i}_photograph"], np.asarray(photo))
        framing = frame((photo.height, photo.width), SIZE)
        for name, maps in explanation.maps.items():
            wanted = map_over_photograph(np.asarray(photo), framing, maps[i], **explanation.look(name))
            np.testing.assert_array_equal(found[f"{i}_{name}"], wanted)
    seen = load(tmp_path / "why").settings["originals"]
    assert seen[0] == {"size": [30, 80], "seen": [0, 0, 30, 80], "input": [12, 12], "drawn": [30, 80]}
    assert seen[2]["drawn"] == [18, 18]
    with Image.open(tmp_path / "why" / "plot.png") as plot:
        assert plot.width > plot.height


def test_what_was_seen_is_drawn_small_but_not_below_the_size_of_the_input(photos):
    whole = Original(np.asarray(photos[0]), frame((30, 80), SIZE), None)
    part = Original(np.asarray(photos[0]), frame((30, 80), SIZE, crop=True), None)
    sizes = [one.seen(side).shape[:2] for one in (whole, part) for side in (1, 15, 99)]
    assert sizes == [(12, 32), (15, 40), (30, 80), (12, 12), (15, 15), (30, 30)]


def test_cropped_photographs(model, photos, tmp_path):
    explanation = explain(model, inputs(photos, crop=True), methods=["grad_cam"])
    explanation.save(tmp_path / "why", original=photos, crop=True, max_side=40)
    framing = frame((30, 80), SIZE, crop=True)
    small = np.asarray(photos[0].resize((40, 15), Image.Resampling.LANCZOS))
    np.testing.assert_array_equal(pictures(tmp_path / "why")["0_photograph"], photograph_picture(small, framing))
    seen = load(tmp_path / "why").settings["originals"]
    assert seen[0] == {"size": [30, 80], "seen": [0, 25, 30, 55], "input": [12, 12], "drawn": [15, 40]}


def test_what_was_saved_over_photographs_is_saved_without(explanation, photos, tmp_path):
    explanation.save(tmp_path / "why", original=photos)
    load(tmp_path / "why").save(tmp_path / "why")
    assert "originals" not in load(tmp_path / "why").settings and "0_photograph" not in pictures(tmp_path / "why")


def test_one_picture_a_class(model, photos, tmp_path):
    explain(model, inputs(photos[:1]), "top2", ["grad_cam"]).save(tmp_path / "why", original=photos[:1])
    found = pictures(tmp_path / "why")
    assert set(found) == {"0_input", "0_photograph", "0_grad_cam_0", "0_grad_cam_1"}
    assert found["0_grad_cam_1"].shape == (30, 80, 3)


def test_a_photograph_is_turned_as_it_says(model, photos, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    photos[0].transpose(Image.Transpose.ROTATE_90).save(tmp_path / "turned.png", exif=exif)
    explanation = explain(model, inputs(photos[:1]), methods=["grad_cam"])
    explanation.save(tmp_path / "why", original=[tmp_path / "turned.png"])
    np.testing.assert_array_equal(pictures(tmp_path / "why")["0_photograph"], np.asarray(photos[0]))
    assert load(tmp_path / "why").settings["originals"][0]["turn"] == "turned by 90 degrees clockwise"


def test_gray_photographs_and_images_that_cannot_be_shown(photos, tmp_path):
    gray = [photo.convert("L") for photo in photos]
    chain = [layers.Conv2D(3, 3, activation="relu"), layers.GlobalAveragePooling2D(), layers.Dense(2)]
    model = keras.Sequential([keras.Input((*SIZE, 2)), *chain])
    explanation = explain(model, inputs(photos)[..., :2], methods=["grad_cam"])
    explanation.save(tmp_path / "why", original=[np.asarray(gray[0])[..., np.newaxis], np.asarray(gray[1]), gray[2]])
    found = pictures(tmp_path / "why")
    np.testing.assert_array_equal(found["1_photograph"][..., 0], np.asarray(gray[1]))
    assert "0_input" not in found and (tmp_path / "why" / "plot.png").is_file()


@pytest.mark.parametrize(
    ("original", "why"),
    [
        (lambda photos: photos[:2], "a list of 3, one photograph an image, received 2"),
        (lambda photos: "photo.png", "a list of 3, .* received 'photo.png'"),
        (lambda photos: [*photos[:2], "nowhere.png"], "as number 2 'nowhere.png', which does not exist"),
        (lambda photos: [*photos[:2], np.ones((4, 4, 3))], "as number 2 "),
        (
            lambda photos: [*photos[:2], np.ones((4, 4, 4), "uint8")],
            "as number 2 ",
        ),
        (lambda photos: [*photos[:2], None], "as number 2 None"),
        (lambda photos: [*photos[:2], os.devnull], "which is a device"),
        (lambda photos: [*photos[:2], __file__], "as number 2 one of which it is no picture"),
    ],
)
def test_what_is_no_photograph_of_each_image_is_refused(explanation, photos, tmp_path, original, why):
    with pytest.raises(InputError, match=why):
        explanation.save(tmp_path / "why", original=original(photos))
    assert not (tmp_path / "why").exists()


def test_options_without_a_meaning_are_refused(explanation, photos, tmp_path):
    for options in ({"crop": True}, {"original": photos, "max_side": 0}, {"original": photos, "crop": 1}):
        with pytest.raises(OptionError):
            explanation.save(tmp_path / "why", **options)
    series = keras.Sequential([keras.Input((9, 2)), layers.Conv1D(2, 3), layers.GlobalAveragePooling1D()])
    found = explain(series, np.ones((1, 9, 2)), methods=["saliency"])
    with pytest.raises(InputError, match=r"images \(N, H, W, C\) for original="):
        found.save(tmp_path / "why", original=photos[:1])


def test_photographs_that_do_not_look_like_the_images_are_told(explanation, photos, tmp_path):
    def given(original, crop=False):
        return told(explanation.save, tmp_path / "why", original=original, crop=crop)

    first, second = given([photos[1], photos[0], photos[2]])
    assert "image 0 doesn't look like its original=" in str(first.message) and "image 1 " in str(second.message)
    assert "give crop=True" in str(first.message) and first.filename == __file__
    assert "image 0 " in str(given(photos, crop=True)[0].message)
    assert not given(photos) and not given([Image.new("RGB", photo.size) for photo in photos])
