import numpy as np
import pytest

from keras_explain import CAM, GradCAM, InputError, MethodError, Occlusion, OptionError, Saliency
from keras_explain.engine.request import Question
from keras_explain.methods.joint import Together
from tests.methods.test_every_method import count_traces
from tests.networks import build, without_relu


class Constant:
    """An explainer of somebody else's: no more than the protocol."""

    key = "constant"

    def __call__(self, images, target=None):
        return np.full((len(images), 1), 7 if target is None else target, "float32")


def test_keys_classes_explainers_and_foreign_ones_in_order(images):
    model = build("softmax_layer")
    named = GradCAM(model, "conv1")
    together = Together(model, ["cam", named, Constant(), Saliency])
    answer = together(images, 2)
    assert list(answer.maps) == list(together.explainers) == ["cam", "grad_cam", "constant", "saliency"]
    for found, wanted in zip(answer.maps.values(), [CAM(model), named, Constant(), Saliency(model)]):
        np.testing.assert_allclose(found, wanted(images, 2), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(answer.probabilities, model(images), atol=1e-6)


def test_names_tell_methods_of_one_key_apart():
    model = build("functional")
    together = Together(model, [GradCAM(model, "conv1"), "grad_cam", Saliency, Constant(), Constant()])
    assert list(together.explainers) == ["grad_cam conv1", "grad_cam last", "saliency", "constant 1", "constant 2"]


def test_maps_of_the_others_are_kept_when_one_fails(images):
    class Broken(Constant):
        key = "broken"

        def __call__(self, images, target=None):
            raise RuntimeError("no map today")

    together, failed = Together(build("functional"), ["cam", Broken(), Constant()]), []
    with pytest.raises(RuntimeError):
        together(images)
    maps = together(images, failed=lambda *what: failed.append(what)).maps
    assert list(maps) == ["cam", "constant"]
    assert failed == [("broken", "RuntimeError: no map today")]


def test_occlusion_alone_is_checked_and_has_probabilities(images):
    model = build("softmax_layer")
    together = Together(model, ["occlusion"])
    answer = together(images[:2])
    assert answer.maps["occlusion"].shape == (2, 12, 16, 1)
    np.testing.assert_allclose(answer.probabilities, model(images[:2]), atol=1e-6)
    with pytest.raises(InputError):
        together.check(images[..., :2])


def test_methods_that_do_not_apply_are_left_out_if_that_is_forgiven(images):
    model = without_relu()
    methods = ["guided_grad_cam", "guided_backprop", "cam", "saliency"]
    with pytest.raises(MethodError):
        Together(model, methods)
    traces = count_traces(model)
    together = Together(model, methods, forgiven=(MethodError,))
    assert list(together.left_out) == methods[:3] and list(together.explainers) == ["saliency"]
    maps = together(images).maps
    assert len(traces) == 1
    np.testing.assert_allclose(maps["saliency"], Saliency(model)(images), rtol=1e-4, atol=1e-6)


def test_a_question_is_asked_in_any_case_and_gives_the_scores(images):
    model = build("softmax_layer")
    own = GradCAM(model, score="logit")
    together = Together(model, [Constant(), own, Saliency], question=Question(model, "probability"))
    answer = together(images, 1)
    np.testing.assert_allclose(answer.scores, model(images)[:, 1], rtol=1e-5)
    np.testing.assert_allclose(answer.maps["saliency"], Saliency(model, score="probability")(images, 1), rtol=1e-4)
    np.testing.assert_allclose(answer.maps["grad_cam"], own(images, 1), rtol=1e-4, atol=1e-6)


def test_one_forward_pass_for_all(images):
    model = build("functional")
    traces = count_traces(model)
    Together(model, ["cam", "grad_cam", "saliency"])(images)
    assert len(traces) == 1


@pytest.mark.parametrize(
    ("methods", "message"),
    [
        (["gradcam"], "did you mean 'grad_cam'"),
        ("cam", "as a list"),
        ([], "as a list"),
        ([3], "received 3"),
    ],
)
def test_what_is_no_method_is_refused(methods, message):
    with pytest.raises(OptionError, match=message):
        Together(build("functional"), methods)


def test_an_explainer_of_another_model_is_refused():
    for explainer in (CAM(build("functional")), Occlusion(build("functional"), patch=4)):
        with pytest.raises(OptionError, match="another model"):
            Together(build("functional"), [explainer])
