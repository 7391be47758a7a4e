"""Scores of a detector's boxes: of one by its index, from its own scale, and of the nearest to a box."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import keras_explain as kx
from keras_explain.scores.detection import generalized_iou
from tests.scores.networks import SIZE, conv, detector, grad_cam, retina

FINE = 24  # Boxes of the first scale, of 30.


@pytest.fixture
def images(rng):
    return rng.random((2, *SIZE, 3), "float32")


def logits(model, scale, features):
    """Returns the class logits of one scale's boxes, of the features of that scale."""
    return tf.reshape(model.get_layer(f"classes{scale}")(features), (len(features), -1, 3))


@pytest.mark.parametrize("activation", ["sigmoid", "softmax", "linear"])
@pytest.mark.parametrize(("index", "scale"), [(9, 0), (FINE + 4, 1)])
def test_a_box_is_explained_by_its_own_scale(index, scale, activation, images, recwarn):
    model, layer = detector(activation), f"scale{scale + 1}"
    features = keras.Model(model.inputs, model.get_layer(layer).output)([images])
    local = index - FINE * scale
    maps = [grad_cam(features, lambda a, c=c: logits(model, scale, a)[:, local, c]) for c in range(3)]
    best = int(np.argmax([each.max() for each in maps]))
    del recwarn.list[:]
    explainer = kx.GradCAM(model, output="classes", score=kx.scores.box(index, best), resize=False)
    assert explainer.layer == layer and not recwarn.list and maps[best].max() > 0
    np.testing.assert_allclose(explainer(images)[..., 0], maps[best], atol=1e-5 * maps[best].max())


@pytest.mark.parametrize(("index", "scale"), [(9, "fine"), (48 + 5, "coarse")])
def test_a_head_that_scales_share_is_looked_at_where_it_sees_the_box(index, scale, images, recwarn):
    model = retina()
    tower, head = model.get_layer("classes_tower"), model.get_layer("classes")
    pyramid = keras.Model(model.inputs, model.get_layer(scale).output)([images])
    features = tower(pyramid)

    def maps(of, features):
        def logits(activations):
            return tf.reshape(of(activations), (len(images), -1, 3))[:, index % 48]

        return [grad_cam(features, lambda a, c=c: logits(a)[:, c]) for c in range(3)]

    wanted, pyramids = maps(head, features), maps(lambda a: head(tower(a)), pyramid)
    best = int(np.argmax([each.max() for each in wanted]))
    del recwarn.list[:]
    score = kx.scores.box(index, best)
    explainer = kx.GradCAM(model, output="classes", score=score, resize=False)
    assert explainer.layer == "classes_tower" and not recwarn.list and wanted[best].max() > 0
    np.testing.assert_allclose(explainer(images)[..., 0], wanted[best], atol=1e-5 * wanted[best].max())
    at = kx.GradCAM(model, scale, output="classes", score=score, resize=False)(images)[..., 0]
    np.testing.assert_allclose(at, pyramids[best], atol=1e-5 * np.abs(pyramids[best]).max())


def test_what_chooses_the_nearest_box_is_not_looked_at():
    explainer = kx.GradCAM(retina(), score=kx.scores.nearest_box((0, 0, 1, 1), 1, "boxes", "classes"))
    assert explainer.layer == "classes_tower"


def test_the_scale_that_a_box_is_not_of_has_no_part_in_it(images):
    model, score = detector(), kx.scores.box(9, 1)
    with pytest.warns(kx.ExplainWarning, match="doesn't depend on the layer 'scale2'"):
        assert not kx.GradCAM(model, "scale2", output="classes", score=score)(images).any()


def test_the_nearest_box(images):
    model = detector()
    boxes, classes = (model(images)[name].numpy() for name in ("boxes", "classes"))
    box = boxes[0, 17] * [1, 1, 1.02, 0.99]
    score = kx.scores.nearest_box(box, 2, "boxes", "classes", "xywh")
    low, high = boxes[..., :2], boxes[..., :2] + boxes[..., 2:]
    shared = np.prod(np.clip(np.minimum(high, box[:2] + box[2:]) - np.maximum(low, box[:2]), 0, None), -1)
    union = np.prod(boxes[..., 2:], -1) + np.prod(box[2:]) - shared
    around = np.prod(np.maximum(high, box[:2] + box[2:]) - np.minimum(low, box[:2]), -1)
    nearest = (shared / union - (around - union) / around).argmax(1)
    assert nearest[0] == 17
    found = kx.explain(model, images, methods=["saliency"], score=score)
    chances = classes[np.arange(2), nearest, 2]
    np.testing.assert_allclose(found.scores, np.log(chances / (1 - chances)), atol=1e-5)
    twin = kx.Saliency(model, output="classes", score=kx.scores.box(17, 2))
    np.testing.assert_allclose(found.maps["saliency"][:1], twin(images[:1]), atol=1e-7)
    kx.GradCAM(model, "scale1", score=score)


def opened(model):
    """Returns the same layers as a detector of images of any size."""
    images = keras.Input((None, None, 3))
    again = keras.models.clone_model(model, input_tensors=images, clone_function=lambda layer: layer)
    return keras.Model(images, dict(zip(("boxes", "classes"), again.outputs)))


def near_both_scales(boxes, fine):
    """Returns a box of the first image's, and the index of the nearest to it in each image: of both scales."""
    for box in boxes[0]:
        nearest = np.argmax(generalized_iou(tf.constant(boxes), tf.constant(box), "xyxy"), axis=1)
        if (box[:2] < box[2:]).all() and (nearest < fine).any() and (nearest >= fine).any():
            return box, nearest
    raise AssertionError("no box is near to boxes of both scales")


METHODS = [kx.GradCAM, kx.HiResCAM, kx.GuidedGradCAM]


@pytest.mark.parametrize("size", ["one size", "any size"])
@pytest.mark.parametrize("build", [detector, retina])
def test_the_nearest_box_is_looked_at_where_it_was_predicted(build, size, rng, recwarn):
    """Each image has the map of its own box by its index, whatever scale the others' are of."""
    keras.utils.set_random_seed(1)
    model, images = build(), rng.normal(size=(16, *SIZE, 3)).astype("float32")
    if size == "any size":
        model = opened(model)
    box, nearest = near_both_scales(model(images)["boxes"].numpy(), FINE if build is detector else 48)
    for method in METHODS:
        del recwarn.list[:]
        explainer = method(model, score=kx.scores.nearest_box(box, 2, "boxes", "classes"))
        assert not recwarn.list and explainer.layer == ("scale1 + scale2" if build is detector else "classes_tower")
        maps = explainer(images)
        for row in (nearest.argmin(), nearest.argmax()):
            own = method(model, output="classes", score=kx.scores.box(int(nearest[row]), 2))
            wanted = own(images[row : row + 1])
            np.testing.assert_allclose(maps[row : row + 1], wanted, atol=1e-5 * np.abs(maps).max())


def test_maps_of_several_scales_have_the_finest_ones_size_where_they_are_not_resized(images):
    score = kx.scores.nearest_box((0, 0, 1, 1), 2, "boxes", "classes", "xywh")
    maps = kx.HiResCAM(detector(), score=score, resize=False)(images)
    assert maps.shape == (2, 4, 6, 1) and maps.any(axis=(1, 2, 3)).all()


def test_a_box_beyond_those_of_an_images_size_is_refused(images):
    model = opened(detector())
    explainer = kx.Saliency(model, output="classes", score=kx.scores.box(29, 2))
    assert explainer(images).any()
    with pytest.raises(kx.InputError, match="images of a size for which"):
        explainer(images[:, :8])


def test_a_function_that_chooses_is_looked_at_where_it_does(images):
    """Of tensors, not of a constant, which is computed from no layer."""

    def score(outputs, target):
        fine, coarse = (tf.reduce_max(part[..., 1], axis=1) for part in (outputs[:, :FINE], outputs[:, FINE:]))
        return tf.where(fine > coarse, fine, 0.0)

    with pytest.warns(kx.ExplainWarning, match="by other ways than through 'scale2'"):
        assert kx.GradCAM(detector(), output="classes", score=score).layer == "scale2"
    inputs = keras.Input((*SIZE, 3))
    left, right = conv(4, "left")(inputs), conv(4, "right")(inputs)
    model = keras.Model(inputs, [layers.GlobalMaxPooling2D()(one) for one in (left, right)])

    def larger(outputs, target):
        left, right = (one[:, 0] for one in outputs)
        return tf.where(left > right, left, right)

    assert kx.GradCAM(model, score=larger).layer == "left + right"


@pytest.mark.parametrize(
    ("format", "boxes"),
    [("xyxy", [[0, 0, 2, 2], [4, 0, 6, 2]]), ("xywh", [[0, 0, 2, 2], [4, 0, 2, 2]])]
    + [("center_xywh", [[1, 1, 2, 2], [5, 1, 2, 2]])],
)
def test_boxes_by_hand(format, boxes):
    box = tf.constant([1.0, 0, 3, 2] if format == "xyxy" else [1.0, 0, 2, 2] if format == "xywh" else [2.0, 1, 2, 2])
    # shared 2, union 6, around 6; shared 0, union 8, around 10
    np.testing.assert_allclose(generalized_iou(tf.constant(boxes, tf.float32), box, format), [1 / 3, -0.2], rtol=1e-6)


REFUSED = {
    "no such box": (lambda: kx.scores.box(30, 0), "classes", kx.OptionError, "from 0 to 29"),
    "no such class": (lambda: kx.scores.box(0, 3), "classes", kx.OptionError, "classes from 0 to 2"),
    "no output": (lambda: kx.scores.box(0, 0), None, kx.ModelError, r"2 outputs \(boxes, classes\)"),
    "boxes for classes": (lambda: kx.scores.box(0, 0), "boxes", kx.ModelError, "say what it is by head="),
    "an output beside": (lambda: nearest(), "classes", kx.OptionError, "no output= beside"),
    "no such output": (lambda: nearest(boxes="box"), None, kx.ModelError, "boxes= as one of boxes, classes, 0 to 1"),
    "classes for boxes": (lambda: nearest(boxes="classes"), None, kx.ModelError, r"boxes of shape \(N, boxes, 4\)"),
    "a line": (lambda: nearest(box=(1, 1, 1, 3)), None, kx.InputError, "four numbers of an area"),
    "no format": (lambda: nearest(format="xy"), None, kx.OptionError, 'format "xyxy"'),
}


def nearest(box=(1, 1, 2, 3), boxes="boxes", **options):
    return kx.scores.nearest_box(box, 1, boxes, "classes", **options)


@pytest.mark.parametrize("what", REFUSED)
def test_what_fits_no_detector_is_refused_before_any_work(what):
    make, output, kind, message = REFUSED[what]
    with pytest.raises(kind, match=message):
        kx.GradCAM(detector(), output=output, score=make())


def test_scales_that_are_activated_and_cast_before_they_are_joined():
    inputs = keras.Input((*SIZE, 3))
    features = [conv(4, name, strides=strides)(inputs) for name, strides in (("a", 4), ("b", 8))]
    heads = [layers.Conv2D(3, 1, activation="sigmoid", dtype="float16")(one) for one in features]
    joined = layers.Concatenate(axis=-2, dtype="float16")([layers.Reshape((-1, 3))(one) for one in heads])
    model = keras.Model(inputs, layers.Activation("linear", dtype="float32")(joined))
    layers_of = [kx.GradCAM(model, score=kx.scores.box(index, 0)).layer for index in (0, FINE - 1, FINE, FINE + 5)]
    assert layers_of == ["a", "a", "b", "b"]
