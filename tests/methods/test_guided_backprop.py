import numpy as np

from keras_explain import DeconvNet, GuidedBackprop, Saliency
from tests.networks import build, two_signs


def test_computed_by_hand():
    model, image = two_signs()
    # class 0: x = 3 passes 1 through a_1; x = -4 passes 2 through a_2, which is -x
    assert GuidedBackprop(model)(image, 0)[0, :, 0].tolist() == [1, -2]
    # class 1: the signal is negative everywhere
    assert GuidedBackprop(model)(image, 1)[0, :, 0].tolist() == [0, 0]


def test_equal_where_everything_is_active(images):
    model = build("functional")
    model.set_weights([np.abs(weights) for weights in model.get_weights()])
    model.get_layer("norm").set_weights([np.ones(5), np.zeros(5), np.full(5, -1e3), np.ones(5)])
    positive = np.abs(images)
    wanted = Saliency(model, magnitude=None)(positive, 1)
    assert np.abs(wanted).max() > 0
    for explainer in (GuidedBackprop, DeconvNet):
        np.testing.assert_allclose(explainer(model)(positive, 1), wanted, rtol=1e-5)


def test_guided_differs_from_the_gradient_in_a_nested_backbone(images):
    model = build("nested")
    assert np.abs(GuidedBackprop(model)(images) - Saliency(model, magnitude=None)(images)).max() > 1e-3
