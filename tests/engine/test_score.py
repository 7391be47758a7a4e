import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, losses

import keras_explain as kx
from keras_explain.engine.score import check_claim


def network(*head):
    return keras.Sequential(
        [keras.Input((8, 8, 3)), layers.Conv2D(4, 3, activation="relu"), layers.GlobalAveragePooling2D(), *head]
    )


@pytest.fixture
def images():
    return np.random.default_rng(0).random((3, 8, 8, 3), "float32")


@pytest.mark.parametrize("by", ["loss", "option"])
def test_a_single_unit_of_logits_is_a_head_of_two_classes(by, images):
    model = network(layers.Dense(1))
    if by == "loss":
        model.compile("adam", losses.BinaryCrossentropy(from_logits=True))
    twin = keras.Sequential([*model.layers, layers.Activation("sigmoid")])
    said = {"head": "sigmoid_logits"} if by == "option" else {}
    for target in (0, 1, None, [0, 1, 1]):
        found = kx.explain(model, images, target, ["saliency", "cam"], **said)
        wanted = kx.explain(twin, images, target, ["saliency", "cam"])
        np.testing.assert_allclose(found.probabilities, wanted.probabilities, atol=1e-6)
        np.testing.assert_array_equal(found.targets, wanted.targets)
        np.testing.assert_allclose(found.scores, wanted.scores, atol=1e-6)
        for name, maps in wanted.maps.items():
            np.testing.assert_allclose(found.maps[name], maps, atol=1e-6)


def test_logits_that_are_a_distribution_are_not_passed_through_a_softmax(images):
    bias = keras.initializers.Constant([0.2, 0.3, 0.5])
    model = network(layers.Dense(3, kernel_initializer="zeros", bias_initializer=bias))
    with pytest.raises(kx.ModelError, match="sum to 1"):
        kx.Saliency(model)(images)
    with pytest.raises(kx.ModelError, match="sum to 1"):
        kx.Occlusion(model, patch=2, method="incremental")(images)
    found = kx.explain(model, images, score="probability", methods=["saliency"], head="probabilities")
    np.testing.assert_allclose(found.probabilities[0], [0.2, 0.3, 0.5], atol=1e-6)
    assert kx.Saliency(model, head="softmax_logits")(images).shape == images.shape


@pytest.mark.parametrize("method", [kx.Saliency, kx.Occlusion, kx.GradCAM])
def test_probabilities_outside_of_their_range_are_refused(method, images):
    model = network(layers.Dense(3, activation="softplus", bias_initializer="ones"))
    with pytest.raises(kx.ModelError, match="head="):
        method(model)
    with pytest.raises(kx.ModelError, match="received values from 1"):
        method(model, score="probability")(images)
    assert method(model, head="values")(images).shape[:3] == images.shape[:3]


def test_a_sealed_graph_has_the_probabilities_of_predict(tmp_path, images):
    bias = keras.initializers.Constant([3, 0, 0])
    model = network(layers.Dense(3, activation="softmax", bias_initializer=bias))
    model.export(tmp_path, verbose=False)
    inputs = keras.Input((8, 8, 3))
    sealed = keras.Model(inputs, layers.TFSMLayer(tmp_path, call_endpoint="serve")(inputs))
    with pytest.raises(kx.ModelError, match='score="probability"'):
        kx.Saliency(sealed)
    found = kx.explain(sealed, images, score="probability", methods=["saliency"])
    np.testing.assert_allclose(found.probabilities, model.predict(images, verbose=0), atol=1e-6)
    np.testing.assert_allclose(
        found.maps["saliency"], kx.Saliency(model, score="probability")(images), rtol=1e-4, atol=1e-12
    )


def test_an_unknown_head_is_refused():
    with pytest.raises(kx.OptionError, match="softmax_logits"):
        kx.Saliency(network(layers.Dense(3)), head="softmax")


def test_claims_allow_for_rounding():
    check_claim("probabilities", np.array([[1.0005, -0.0005]]))
    check_claim("logits", np.array([[0.5, 0.6]]))
    with pytest.raises(kx.ModelError):
        check_claim("probabilities", np.array([[0.5, 1.1]]))


def test_a_score_that_needs_a_target_says_so(images):
    model = network(layers.Dense(4))
    explainer = kx.Saliency(model, score=lambda outputs, target: tf.gather(outputs, target, axis=1, batch_dims=1))
    with pytest.raises(kx.TargetError, match="give target="):
        explainer(images)
    np.testing.assert_allclose(explainer(images, 2), kx.Saliency(model)(images, 2), atol=1e-12)


@pytest.mark.parametrize("score", [lambda outputs, target: outputs[0], lambda outputs, target: outputs, lambda o, t: 3])
def test_a_score_is_one_number_an_image(score):
    with pytest.raises(kx.ModelError, match="one number an image"):
        kx.Saliency(network(layers.Dense(4)), score=score)


def test_a_score_that_leaves_images_out_is_refused(images):
    some = kx.Saliency(
        network(layers.Dense(4)), score=lambda outputs, target: tf.boolean_mask(outputs[:, 0], target > 0)
    )
    with pytest.raises(kx.ModelError, match="one row for each of 3"):
        some(images, [0, 1, 2])
