import numpy as np
import pytest

from keras_explain import DeconvNet, GradCAM, GuidedBackprop, GuidedGradCAM, MethodError
from tests.networks import build, linear, two_signs


def test_computed_by_hand():
    model, image = two_signs()
    # A = ReLU(h) = (3, 0) and (0, 4), a = (1, 2): L = 3 and 8; guided backpropagation gives 1 and -2
    assert GuidedGradCAM(model)(image, 0)[0, :, 0].tolist() == [3, -16]


@pytest.mark.parametrize("explainer", [GuidedBackprop, DeconvNet, GuidedGradCAM])
def test_a_linear_model_is_refused(explainer, rng):
    with pytest.raises(MethodError):
        explainer(linear(rng.normal(size=(3, 4, 2, 2))))


def test_guided_grad_cam_is_the_product(images):
    model = build("nested")
    maps = GuidedGradCAM(model, "backbone/conv2")(images, 2)
    wanted = GuidedBackprop(model)(images, 2) * GradCAM(model, "backbone/conv2")(images, 2)
    np.testing.assert_allclose(maps, wanted, rtol=1e-4, atol=1e-8)
    assert GuidedGradCAM(model).layer == "backbone/last"
