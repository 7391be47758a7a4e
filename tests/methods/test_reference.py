"""All methods against plain loops of float64, on random small networks."""

import keras
import numpy as np
import pytest
from keras import layers

from keras_explain import DeconvNet, GradCAM, GuidedBackprop, GuidedGradCAM, Occlusion, Saliency
from tests.methods import reference


@pytest.fixture(params=range(3, 6))
def case(request):
    """Returns a random network, the same in loops, three images and a target for each."""
    rng = np.random.default_rng(request.param)
    first, second = rng.integers(1, 4, size=2), rng.integers(1, 4, size=2)
    chain = [
        layers.Conv2D(4, first, activation="relu"),
        layers.Conv2D(3, second, activation="relu"),
        layers.Flatten(),
        layers.Dense(5, activation="softmax"),
    ]
    model = keras.Sequential([keras.Input((8, 11, 2)), *chain])
    model.set_weights([rng.normal(size=weights.shape) for weights in model.get_weights()])
    return model, reference.Network(model.get_weights()), rng.normal(size=(3, 8, 11, 2)), [1, 0, 2]


def each(network, images, targets, function):
    """Returns what a function gives after each image's forward pass."""
    found = []
    for image, target in zip(images, targets):
        network.forward(image)
        found.append(function(target))
    return np.stack(found)


def assert_close(maps, wanted):
    assert np.abs(wanted).max() > 0
    np.testing.assert_allclose(maps, wanted, atol=1e-5 * np.abs(wanted).max())


@pytest.mark.parametrize(
    ("explainer", "rule", "power"),
    [(Saliency, reference.gradient, 2), (DeconvNet, reference.deconvnet, 1), (GuidedBackprop, reference.guided, 1)],
)
def test_gradients(case, explainer, rule, power):
    model, network, images, targets = case
    wanted = each(network, images, targets, lambda target: network.backward(target, rule)) ** power
    assert_close(explainer(model)(images, targets), wanted)


def test_grad_cam(case):
    model, network, images, targets = case
    wanted = each(network, images, targets, network.grad_cam)[..., np.newaxis]
    assert_close(GradCAM(model, resize=False)(images, targets), wanted)


def test_guided_grad_cam(case):
    model, network, images, targets = case
    guided = each(network, images, targets, lambda target: network.backward(target, reference.guided))
    assert_close(GuidedGradCAM(model)(images, targets), guided * GradCAM(model)(images, targets))


@pytest.mark.parametrize(
    ("patch", "stride", "fill"),
    [((3, 3), (3, 3), 0.5), ((2, 5), (1, 3), [0.1, -0.2]), ((8, 4), (2, 2), "mean")],
)
def test_occlusion(case, patch, stride, fill):
    model, network, images, targets = case
    wanted = [
        reference.occlusion(network, image, target, patch, stride, image.mean((0, 1)) if fill == "mean" else fill)
        for image, target in zip(images, targets)
    ]
    maps = Occlusion(model, patch=patch, stride=stride, fill=fill, batch_size=7)(images, targets)
    assert_close(maps[..., 0], np.stack(wanted))
