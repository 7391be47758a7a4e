"""Images by steps as one picture and as an animation, held against the maps that were logged."""

import io

import numpy as np
import pytest
from PIL import Image

from keras_explain import InputError, OptionError, read_log
from keras_explain.maps import fitted
from keras_explain.training_log.drawn import Drawn
from keras_explain.visual.panel import panel
from keras_explain.visual.picture import attribution_picture
from keras_explain.visual.scale import attribution_limit
from tests.training_log.writing import METHODS, inputs, maps_at, numbers_at, write

_LOOK = ("signed", "fine", "relative")


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    folder = tmp_path_factory.mktemp("log")
    write(folder, range(12))
    return read_log(folder)


def look(method):
    return {key: METHODS[method][key] for key in _LOOK}


def cells(figure):
    """Returns the pictures of a figure in their order."""
    shown = [axes.images[0].get_array() for axes in figure.axes if axes.images]
    return [np.asarray(each) for each in shown if each.shape == (16, 24, 3)]


@pytest.mark.parametrize("method", list(METHODS))
def test_each_cell_is_the_map_of_its_step(log, method):
    figure, images = log.plot(method, columns=4), inputs()[1]
    steps, found = [0, 1, 4, 11], cells(figure)
    assert [axes.get_title() for axes in figure.axes[:5]] == ["input", "epoch 1", "epoch 2", "epoch 5", "epoch 12"]
    assert len(found) == 3 * 5
    for i, image in enumerate(images):
        np.testing.assert_array_equal(found[5 * i], image)
        for place, values in enumerate(log.maps[method][steps, i], start=1):
            np.testing.assert_array_equal(found[5 * i + place], attribution_picture(image, values, **look(method)))


def test_below_each_map_stands_the_predicted_class_marked_if_it_is_wrong(log):
    figure = log.plot(columns=2)
    below = [axes.get_xlabel() for axes in figure.axes[1:3]]
    first, last = numbers_at(0)["probabilities"][0], numbers_at(11)["probabilities"][0]
    for text, chances in zip(below, (first, last)):
        said = chances.argmax()
        assert text == f"{'✗ ' * int(said != 0)}{['zero', 'one'][said]}  {chances.max():.0%}"
    assert figure.axes[0].get_ylabel() == "true: <0>" and "Grad-CAM" in figure.get_supxlabel()


def test_some_of_the_images(log):
    every, some = cells(log.plot(columns=2)), cells(log.plot(columns=2, rows=[2, 0]))
    assert len(some) == 2 * 3
    for found, wanted in zip(some, [*every[6:9], *every[:3]]):
        np.testing.assert_array_equal(found, wanted)
    notes = [log.plot(columns=2, rows=rows).get_supxlabel() for rows in (2, 3, [0])]
    assert ["the first 2 of 3 images" in note for note in notes] == [True, False, False]


def test_one_scale_for_the_run_is_that_of_the_largest_map(log):
    found, images, maps = cells(log.plot("grad_cam", columns=12, scale="run")), inputs()[1], log.maps["grad_cam"]
    limit = max(attribution_limit(values) for values in fitted(maps.reshape(-1, 3, 4, 1), (16, 24)))
    for i, image in enumerate(images):
        wanted = attribution_picture(image, maps[3, i], limit=limit)
        np.testing.assert_array_equal(found[13 * i + 4], wanted)


@pytest.mark.parametrize("count, every", [(1, [11]), (2, [0, 11]), (3, [0, 2, 11]), (40, range(12))])
def test_first_and_last_steps_are_among_those_that_are_drawn(log, count, every):
    assert Drawn(log, "grad_cam", 3, count, "epoch", np.geomspace).log.steps.tolist() == list(every)


def test_the_animation_has_a_frame_a_step_in_nearly_its_colors(log):
    film = Image.open(io.BytesIO(log.animation("grad_cam", frames=4)))
    assert film.n_frames == 4 and film.info["loop"] == 0
    images, steps, answers = inputs()[1], [0, 4, 7, 11], Drawn(log, None, 3, 12, "epoch", np.linspace).answers
    for frame, step in enumerate(steps):
        film.seek(frame)
        pictures = [attribution_picture(image, values) for image, values in zip(images, log.maps["grad_cam"][step])]
        titles = [f"true: <{i % 2}>  {answer}" for i, answer in enumerate(answers[step])]
        wanted = panel(pictures, titles, [f"Grad-CAM, epoch {step + 1}"])
        found = np.asarray(film.convert("RGB"), float)[: wanted.shape[0], : wanted.shape[1]]
        assert np.abs(found - wanted).mean() < 10  # noise has more colors than a GIF
        assert film.info["duration"] == (2000 if frame == 3 else 500)


def test_a_step_whose_maps_are_lost_is_left_out(tmp_path):
    write(
        tmp_path,
        range(3),
        maps=lambda step, count: maps_at(step) if step != 1 else {"saliency": maps_at(1)["saliency"]},
    )
    found = cells(read_log(tmp_path).plot("grad_cam"))
    assert len(found) == 3 * 3 and len(cells(read_log(tmp_path).plot("saliency"))) == 3 * 4


@pytest.mark.parametrize(
    "options, told",
    [
        ({"rows": [3]}, "rows="),
        ({"method": "grad_cm"}, "grad_cam"),
        ({"columns": 0}, "columns"),
        ({"scale": "all"}, "scale="),
        ({"size": 0}, "size"),
    ],
)
def test_refuses(log, options, told):
    with pytest.raises(OptionError, match=told):
        log.plot(**options)


def test_refuses_maps_that_are_not_of_images(tmp_path):
    write(tmp_path, [0], maps=lambda step, count: {"grad_cam": np.ones((count, 7, 1), "float32")})
    with pytest.raises(InputError, match="grad_cam"):
        read_log(tmp_path).plot()
