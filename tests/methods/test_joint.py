import keras
import numpy as np
import pytest

import keras_explain
from keras_explain import CAM, GradCAM, InputError, LayerCAM, MethodError, ModelError, Occlusion, OptionError, Saliency
from keras_explain.engine.request import Request
from keras_explain.methods.explainer import Explainer, ModelExplainer
from keras_explain.methods.joint import Joint
from tests.methods.test_every_method import count_traces
from tests.networks import build, without_relu
from tests.quick import QUICK


class Constant(Explainer):
    """An explainer of somebody else's: no more than the protocol."""

    key, title = "constant", "Constant"

    def __call__(self, images, target=None):
        return np.full((len(images), 1), 7 if target is None else target, "float32")


def test_keys_classes_explainers_and_foreign_ones_in_order(images):
    model = build("softmax_layer")
    named = GradCAM(model, "conv1")
    joint = Joint(model, ["cam", named, Constant(), Saliency])
    answer = joint(joint.batch(images, 2))
    assert list(answer.maps) == list(joint.explainers) == ["cam", "grad_cam", "constant", "saliency"]
    for found, wanted in zip(answer.maps.values(), [CAM(model), named, Constant(), Saliency(model)]):
        np.testing.assert_allclose(found, wanted(images, 2), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(answer.probabilities, model(images), atol=1e-6)


def test_names_tell_methods_of_one_key_apart():
    model = build("functional")
    joint = Joint(model, [GradCAM(model, "conv1"), "grad_cam", Saliency, Constant(), Constant()])
    assert list(joint.explainers) == ["grad_cam conv1", "grad_cam last", "saliency", "constant 1", "constant 2"]
    model = build("nested")
    fused = LayerCAM(model, ["backbone/conv1", "backbone/last"])
    joint = Joint(model, [LayerCAM(model, "backbone/last"), fused])
    assert list(joint.explainers) == ["layer_cam last", "layer_cam conv1 + last"]


def test_maps_of_the_others_are_kept_when_one_fails(images):
    class Broken(Constant):
        key = "broken"

        def __call__(self, images, target=None):
            raise RuntimeError("no map today")

    joint, failed = Joint(build("functional"), ["cam", Broken(), Constant()]), []
    with pytest.raises(RuntimeError):
        joint(joint.batch(images))
    maps = joint(joint.batch(images), lambda *what: failed.append(what)).maps
    assert list(maps) == ["cam", "constant"]
    assert failed == [("broken", "RuntimeError: no map today")]


def test_occlusion_alone_is_checked_and_has_probabilities(images):
    model = build("softmax_layer")
    joint = Joint(model, ["occlusion"])
    answer = joint(joint.batch(images[:2]))
    assert answer.maps["occlusion"].shape == (2, 12, 16, 1)
    np.testing.assert_allclose(answer.probabilities, model(images[:2]), atol=1e-6)
    with pytest.raises(InputError):
        joint.batch(images[..., :2])


def test_methods_that_do_not_apply_are_left_out_if_that_is_allowed(images):
    model = without_relu()
    methods = ["guided_grad_cam", "guided_backprop", "cam", "saliency"]
    with pytest.raises(MethodError):
        Joint(model, methods)
    traces = count_traces(model)
    joint = Joint(model, methods, leave_out=(MethodError,))
    assert list(joint.left_out) == methods[:3] and list(joint.explainers) == ["saliency"]
    maps = joint(joint.batch(images)).maps
    assert len(traces) == 1
    np.testing.assert_allclose(maps["saliency"], Saliency(model)(images), rtol=1e-4, atol=1e-6)


def test_a_request_is_made_in_any_case_and_gives_the_scores(images):
    model = build("softmax_layer")
    own = GradCAM(model, score="logit")
    joint = Joint(model, [Constant(), own, Saliency], request=Request(model, "probability"))
    answer = joint(joint.batch(images, 1))
    np.testing.assert_allclose(answer.scores, model(images)[:, 1], rtol=1e-5)
    np.testing.assert_allclose(answer.maps["saliency"], Saliency(model, score="probability")(images, 1), rtol=1e-4)
    np.testing.assert_allclose(answer.maps["grad_cam"], own(images, 1), rtol=1e-4, atol=1e-6)


def test_a_method_keeps_the_score_of_its_paper_unless_another_is_asked_for(images):
    model, rise = build("softmax_layer"), QUICK["rise"]
    for asked, wanted in (("logit", "probability"), ("probability", "probability"), (first, first)):
        joint = Joint(model, [rise, Saliency], request=Request(model, asked))
        maps = joint(joint.batch(images, 1)).maps
        np.testing.assert_allclose(maps["rise"], rise(model, score=wanted)(images, 1), rtol=1e-5)
        np.testing.assert_allclose(maps["saliency"], Saliency(model, score=asked)(images, 1), rtol=1e-4, atol=1e-7)


def test_a_method_whose_score_the_model_does_not_give_is_left_out(images):
    request = Request(build("functional"), head="values")
    with pytest.raises(ModelError, match="expects an output of probabilities"):
        Joint(request.model, [QUICK["rise"], Saliency], request=request)
    joint = Joint(request.model, [QUICK["rise"], Saliency], request=request, leave_out=(MethodError,))
    assert list(joint.left_out) == ["rise"] and list(joint(joint.batch(images, 0)).maps) == ["saliency"]
    with pytest.raises(ModelError, match="say by output="):
        two = keras.Model(request.model.inputs, [request.model.output] * 2)
        Joint(two, [QUICK["rise"]], request=Request(two), leave_out=(MethodError,))


def first(outputs, target):
    return outputs[:, 0]


def test_one_forward_pass_for_all(images):
    model = build("functional")
    traces = count_traces(model)
    joint = Joint(model, ["cam", "grad_cam", "saliency"])
    joint(joint.batch(images))
    assert len(traces) == 1


def test_those_of_several_passes_share_the_scores(images):
    model = build("functional")
    traces = count_traces(model)
    methods = [Occlusion(model, patch=4, score="probability"), Occlusion, QUICK["rise"]]
    found = keras_explain.explain(model, images, 2, methods=methods, score="probability")
    assert len(traces) == 1
    for method, maps in zip(methods, found.maps.values(), strict=True):
        explainer = method(model, score="probability") if isinstance(method, type) else method
        np.testing.assert_allclose(maps, explainer(images, 2), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("changed", [False, True])
def test_scores_that_were_traced_are_traced_again_only_if_the_model_says_otherwise_since(changed, images):
    model = build("functional")
    traces = count_traces(model)
    explainer = Occlusion(model)
    if changed:
        model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    joint = Joint(model, [explainer])
    answer = joint(joint.batch(images, 2))
    assert len(traces) == 1 + changed
    np.testing.assert_array_equal(answer.maps["occlusion"], explainer(images, 2))
    np.testing.assert_allclose(answer.scores, model(images)[:, 2], rtol=1e-5)


@pytest.mark.parametrize("changed", [False, True])
def test_an_explainer_that_was_traced_is_traced_again_only_if_the_model_says_otherwise_since(changed, images):
    model = build("functional")
    traces = count_traces(model)
    explainer = GradCAM(model, "conv2")
    wanted, own = explainer(images, 2), GradCAM(model, "conv2", resize=False)(images, 2)
    before = len(traces)
    if changed:
        model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    joint = Joint(model, [explainer])
    answer = joint(joint.batch(images, 2))
    assert len(traces) - before == changed
    np.testing.assert_array_equal(answer.maps["grad_cam"], wanted)
    np.testing.assert_array_equal(answer.unresized["grad_cam"], own)


def test_an_explainer_of_a_model_whose_layers_were_exchanged_since_is_traced_again(images):
    model = build("functional")
    explainer = Saliency(model)
    model.get_layer("last").activation = keras.ops.tanh
    model.get_layer("conv1").activation = keras.ops.tanh
    joint = Joint(model, [explainer])
    np.testing.assert_array_equal(joint(joint.batch(images, 2)).maps["saliency"], Saliency(model)(images, 2))
    with pytest.raises(ModelError, match="build the explainer anew"):
        explainer(images, 2)


class Almost:
    key, title = "almost", "Almost"

    def __init__(self, model=None):
        pass

    def __call__(self, images, target=None):
        return images


@pytest.mark.parametrize(
    ("methods", "message"),
    [
        (["gradcam"], "did you mean 'grad_cam'"),
        ("cam", "as a list"),
        ([], "as a list"),
        ([3], "received 3, which has no key, title"),
        ([dict], "received <class 'dict'>, which has no targets, __call__"),
        ([Almost()], "Almost.*, which has no signed, layer, targets"),
        ([Almost], "Almost.*, which has no targets"),
    ],
)
def test_what_is_no_method_is_refused(methods, message):
    with pytest.raises(OptionError, match=message):
        Joint(build("functional"), methods)


def test_an_explainer_of_another_model_is_refused():
    for explainer in (CAM(build("functional")), Occlusion(build("functional"), patch=4)):
        with pytest.raises(OptionError, match="another model"):
            Joint(build("functional"), [explainer])


class Shifted(GradCAM):
    """A user's own: a method with a call of its own, that passes on its options."""

    key, title = "shifted", "Shifted"

    def __init__(self, model, **options):
        super().__init__(model, **options)

    def __call__(self, images, target=None):
        return super().__call__(np.roll(images, 1, axis=1), target)


def test_a_call_of_its_own_is_called_with_images(images):
    model = build("functional")
    joint = Joint(model, ["grad_cam", Shifted], layer="conv1")
    maps = joint(joint.batch(images, 1)).maps
    np.testing.assert_allclose(maps["shifted"], GradCAM(model, "conv1")(np.roll(images, 1, axis=1), 1), atol=1e-6)
    assert joint.explainers["shifted"].layer == "conv1"


def test_what_occlusion_refuses_is_refused_before_any_image():
    class Large(Occlusion):
        key, title = "large", "Large"

        def __init__(self, model, **options):
            super().__init__(model, patch=99, **options)

    with pytest.raises(OptionError, match="at most"):
        Joint(build("functional"), ["cam", Large])


def test_a_class_that_is_left_out_takes_no_explainer_of_its_key_with_it(images):
    model = build("functional")
    request = Request(model, lambda outputs, target: outputs[:, 1])
    joint = Joint(model, ["cam", CAM(model)], request=request, leave_out=(MethodError,))
    assert list(joint(joint.batch(images)).maps) == ["cam"] and "takes no score=" in str(joint.left_out["cam"])


def test_a_method_without_a_watch_says_so(images):
    class Forgetful(ModelExplainer):
        key, title = "forgetful", "Forgetful"

    joint = Joint(build("functional"), [Forgetful])
    with pytest.raises(MethodError, match="with a watch.*received Forgetful"):
        joint(joint.batch(images))
