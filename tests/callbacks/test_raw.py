"""The raw maps beside the pictures: those of the weights at that time, at the layer's own size, computed once."""

import numpy as np
import pytest

from keras_explain import CAM, ExplanationLogger, GradCAM, GuidedGradCAM, Saliency, read_log
from tests.callbacks.test_tensorboard import Ramp
from tests.callbacks.training import compiled, fit, read


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A trained model, what was logged of it, the images and where."""
    folder = tmp_path_factory.mktemp("log")
    images = np.random.default_rng(3).normal(size=(3, 12, 16, 3)).astype("float32")
    model = compiled()
    methods = ("cam", GradCAM(model, score="probability"), GuidedGradCAM, "saliency", Ramp())
    labels = [2, 0, 1]
    names = ["a", "b", "c", "d"]
    options = {"labels": labels, "class_names": names, "regions": [(2, 2, 9, 9)] * 3}
    fit(model, [ExplanationLogger(images, 1, methods, log_dir=folder, **options)], epochs=2)
    return model, read_log(folder), images, folder


def test_maps_are_those_of_the_last_weights_at_their_own_size(trained):
    model, log, images, _ = trained
    wanted = {
        "cam": CAM(model, resize=False),
        "grad_cam": GradCAM(model, score="probability", resize=False),
        "guided_grad_cam": GuidedGradCAM(model),
        "saliency": Saliency(model),
        "ramp": Ramp(),
    }
    assert list(log.maps) == list(wanted) and log.steps.tolist() == [0, 1]
    for key, explainer in wanted.items():
        maps = explainer(images, 1)
        assert log.maps[key].shape == (2, *maps.shape)
        np.testing.assert_allclose(log.maps[key][-1], maps, rtol=1e-3, atol=1e-3 * np.abs(maps).max())
    assert log.maps["cam"].shape[2:4] != images.shape[1:3]


def test_answers_are_those_of_the_model(trained):
    model, log, images, _ = trained
    logits = model.predict(images, verbose=0)
    chances = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    np.testing.assert_allclose(log.probabilities[-1], chances, rtol=1e-5)
    np.testing.assert_allclose(log.scores[-1], logits[:, 1], rtol=1e-5)
    assert (log.targets == 1).all() and log.labels.tolist() == [2, 0, 1] and log.class_names == ["a", "b", "c", "d"]
    np.testing.assert_allclose(log.losses[-1], -np.log(chances[[0, 1, 2], [2, 0, 1]]), rtol=1e-5)


def test_numbers_of_each_image_have_the_mean_that_is_shown(trained):
    _, log, _, folder = trained
    shown = read(folder, "explanations_")
    assert {name.split("/")[0] for name in log.measures} == {"concentration", "movement", "energy_inside", "pointing"}
    for name, values in log.measures.items():
        for place, step in enumerate(log.steps):
            found = shown[f"explanations_{name}"].get(step, np.nan)  # nothing has moved before the first step
            np.testing.assert_allclose(values[place].mean(), found, rtol=1e-6)
