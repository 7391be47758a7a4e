"""Named scores on networks with dense outputs: each map is that of a tape of one's own, and each is its own name."""

import pickle

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import keras_explain as kx
from tests.scores.networks import SIZE, conv, deeplab, grad_cam, unet

MASK = np.zeros(SIZE, bool)
MASK[4:9, 3:12] = True
ALL = [
    kx.scores.region(MASK, 2),
    kx.scores.region("predicted", 0),
    kx.scores.unit((3, 4, 1)),
    kx.scores.difference(2, 0),
    kx.scores.multi_label({3, 1}),
    kx.scores.margin(),
    kx.scores.box(7, 1),
    kx.scores.nearest_box((1, 2, 3, 4), 1, boxes=np.int64(0), classes="classes", format="xywh"),
]


@pytest.fixture
def images(rng):
    return rng.random((3, *SIZE, 3), "float32")


def classifier(*head, units=4):
    drawn = keras.initializers.RandomNormal(seed=6)
    pooled = [
        conv(5, "conv"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(units, kernel_initializer=drawn, name="dense"),
    ]
    return keras.Sequential([keras.Input((*SIZE, 3)), *pooled, *head])


def assert_close(maps, wanted):
    assert wanted.max() > 0
    np.testing.assert_allclose(maps[..., 0], wanted, atol=1e-5 * wanted.max())


def pixels(model, activations):
    """Returns the logits of a U-Net of its decoder's activations."""
    head = model.get_layer("pixels")
    return activations @ head.kernel[0, 0] + head.bias


def decoded(model, fine, coarse):
    joined = tf.concat([fine, tf.repeat(tf.repeat(coarse, 2, axis=1), 2, axis=2)], axis=-1)
    return model.get_layer("decoder")(joined)


@pytest.mark.parametrize("activation", ["softmax", None])
@pytest.mark.parametrize("which", ["mask", "predicted"])
def test_a_region_is_explained_at_the_last_decoder_block(which, activation, images, recwarn):
    model = unet(activation=activation)
    explainer = kx.GradCAM(model, score=kx.scores.region(MASK if which == "mask" else "predicted", 1), resize=False)
    assert explainer.layer == "decoder" and not recwarn.list

    def score(activations):
        logits = pixels(model, activations)
        here = MASK if which == "mask" else tf.argmax(logits, -1) == 1
        return tf.reduce_sum(tf.where(here, logits[..., 1], 0), (1, 2))

    features = keras.Model(model.input, model.get_layer("decoder").output)(images)
    assert_close(explainer(images), grad_cam(features, score))


def test_a_region_of_logits_that_are_enlarged(images, recwarn):
    model = deeplab()
    explainer = kx.GradCAM(model, score=kx.scores.region(MASK, 1), resize=False)
    assert explainer.layer == "refined" and not recwarn.list
    features = keras.Model(model.inputs, model.get_layer("refined").output)([images])

    def score(activations):
        logits = model.get_layer("enlarged")(model.get_layer("logits")(activations))
        return tf.reduce_sum(tf.boolean_mask(logits[..., 1], MASK, axis=1), 1)

    assert_close(explainer(images), grad_cam(features, score))


def test_a_region_at_the_bottleneck(images):
    model = unet()
    maps = kx.GradCAM(model, "bottleneck", score=kx.scores.region(MASK, 2), resize=False)(images)
    fine, coarse = keras.Model(model.input, [model.get_layer(name).output for name in ("encoder", "bottleneck")])(
        images
    )
    wanted = grad_cam(
        coarse, lambda coarse: tf.reduce_sum(pixels(model, decoded(model, fine, coarse))[:, 4:9, 3:12, 2], (1, 2))
    )
    assert_close(maps, wanted)


@pytest.mark.parametrize("mask", [MASK, "predicted"], ids=["mask", "predicted"])
def test_the_choice_of_pixels_is_no_activation_of_the_network(mask, images, recwarn):
    explainer = kx.GuidedBackprop(unet(1, "sigmoid"), score=kx.scores.region(mask, 1))
    assert explainer(images).any() and not recwarn.list


def test_a_single_sigmoid_channel_has_two_classes(images):
    model = unet(1, "sigmoid")
    yes, no = (kx.Saliency(model, score=kx.scores.region(MASK, c), magnitude=None)(images) for c in (1, 0))
    np.testing.assert_allclose(yes, -no, atol=1e-6)
    assert yes.any()


def test_regions_beside_each_other_add_up(images):
    model, parts = unet(), [MASK & (np.arange(SIZE[1]) < 8), MASK & (np.arange(SIZE[1]) >= 8)]
    one, other, both = (
        kx.explain(model, images, methods=["saliency"], score=kx.scores.region(mask, 0)).scores
        for mask in (*parts, MASK)
    )
    np.testing.assert_allclose(one + other, both, rtol=1e-5)


TABLES = {
    "difference": (kx.scores.difference(2, 0), lambda y: y[:, 2] - y[:, 0]),
    "multi_label": (kx.scores.multi_label([3, 1, 3]), lambda y: y[:, 1] + y[:, 3]),
    "margin": (kx.scores.margin(), lambda y: tf.math.top_k(y, 2)[0] @ [[1.0], [-1.0]]),
    "unit": (kx.scores.unit(2), lambda y: y[:, 2]),
}


@pytest.mark.parametrize("head", ["softmax", "sigmoid", None])
@pytest.mark.parametrize("name", TABLES)
def test_scores_of_a_table(name, head, images):
    score, wanted = TABLES[name]
    model = classifier(*([layers.Activation(head)] if head else []))
    features = model.get_layer("conv")(images)
    dense = model.get_layer("dense")
    made = model.layers[-1] if name == "unit" and head else lambda logits: logits  # a unit is what the model returns

    def of(features):
        return tf.reshape(wanted(made(dense(tf.reduce_mean(features, (1, 2))))), (-1,))

    assert_close(kx.GradCAM(model, score=score, resize=False)(images), grad_cam(features, of))
    np.testing.assert_allclose(
        kx.explain(model, images, methods=["saliency"], score=score).scores, of(features), atol=1e-6
    )


def test_a_margin_is_of_the_target_class(images):
    model = classifier(layers.Softmax())
    found = kx.explain(model, images, 3, ["saliency"], score=kx.scores.margin(), class_names="abcd")
    logits = model.get_layer("dense").output
    logits = keras.Model(model.inputs, logits)([images]).numpy()
    np.testing.assert_allclose(found.scores, logits[:, 3] - logits[:, :3].max(1), atol=1e-6)
    assert found.targets.tolist() == [3, 3, 3] and f"margin {found.scores[0]:.3g}" in found.class_titles(0)[0]
    assert found.class_titles(0)[0].startswith("d  ") and found.class_names == list("abcd")
    with pytest.raises(kx.TargetError, match="from 0 to 3, received 4"):
        kx.GradCAM(model, score=kx.scores.margin())(images, 4)


@pytest.mark.parametrize("score", ALL, ids=repr)
def test_each_is_its_own_name(score):
    twin = pickle.loads(pickle.dumps(score))
    again = kx.scores.restored(score.entry)
    assert twin == score == again and hash(twin) == hash(score) == hash(again) and repr(twin) == repr(score)
    assert [other for other in ALL if other == score] == [score]
    assert score.title("class {}".format) and "\n" not in repr(score)


def test_it_is_saved_and_restored(images, tmp_path):
    model, score = unet(), kx.scores.region(MASK, 2)
    names = ["sky", "road", "car"]
    kx.explain(model, images, methods=["grad_cam"], score=score, class_names=names).save(tmp_path / "why")
    found = kx.load(tmp_path / "why")
    assert found.score == score and found.class_titles(0) == [f"car in 45 pixels  score {found.scores[0]:.3g}"]
    assert found.settings["score"]["score"] == "region"
    np.testing.assert_allclose(kx.GradCAM(model, score=found.score)(images), found.maps["grad_cam"], atol=1e-6)


BROKEN = [
    {"score": "region"},
    {"score": "eval", "text": "1"},
    {"score": ["region"]},
    {"score": "difference", "a": 1, "b": 1},
    {"score": "unit", "index": [0], "more": 1},
    {"score": "region", "class_index": 1, "mask": {"shape": [4, 4], "runs": [3, 4]}},
    {"score": "region", "class_index": 1, "mask": {"shape": [10**6, 10**6], "runs": [0, 10**12]}},
    {"score": "region", "class_index": 1, "mask": {"shape": [4], "runs": [-1, 5]}},
    {"score": "region", "class_index": 1, "mask": {"shape": [4], "runs": [0, True]}},
]


@pytest.mark.parametrize("entry", BROKEN, ids=str)
def test_a_manifest_may_be_anybodys(entry):
    with pytest.raises(kx.InputError):
        kx.scores.restored(entry)
