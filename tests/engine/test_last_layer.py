"""What is looked at if no layer is asked for: activated features, at places of the explained image."""

import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

import keras_explain as kx

SHAPE = (16, 20, 3)


class Subclassed(keras.Model):
    """Calls its activations as functions, behind a layer and behind a sum."""

    def __init__(self, activation):
        super().__init__()
        self.a, self.b = layers.Conv2D(4, 3, name="a"), layers.Conv2D(4, 3, padding="same", name="b")
        self.norm, self.dense, self.activation = layers.BatchNormalization(name="norm"), layers.Dense(3), activation

    def call(self, x):
        x = self.activation(self.a(x))
        x = self.activation(self.norm(self.b(x)) + x)
        return self.dense(tf.reduce_mean(x, (1, 2)))


def network(*chain):
    return keras.Sequential([keras.Input(SHAPE), *chain])


def conv(name, filters=4, **options):
    return layers.Conv2D(filters, 3, padding="same", activation="relu", name=name, **options)


def head():
    return [layers.GlobalAveragePooling2D(), layers.Dense(3)]


@pytest.fixture
def images():
    return np.random.default_rng(0).random((3, *SHAPE), "float32")


@pytest.mark.parametrize("activation", [tf.nn.relu, ops.relu, ops.silu, ops.gelu, lambda x: tf.maximum(x, 0.0)])
def test_a_functions_activation_is_behind_the_layer(activation, images):
    keras.utils.set_random_seed(1)
    model = Subclassed(activation)
    model(images)
    cam, grad_cam = kx.CAM(model, resize=False)(images, 1), kx.GradCAM(model, resize=False)
    places = np.prod(cam.shape[1:3])
    assert cam.max() > 0
    np.testing.assert_allclose(np.maximum(cam, 0), places * grad_cam(images, 1), atol=1e-5 * np.abs(cam).max())
    assert grad_cam.layer == "norm"


def test_a_layer_that_is_asked_for_is_what_it_returns(images):
    model = Subclassed(tf.nn.relu)
    model(images)
    a = model.a(images)
    with tf.GradientTape() as tape:
        tape.watch(a)
        x = tf.nn.relu(a)
        score = model.dense(tf.reduce_mean(tf.nn.relu(model.norm(model.b(x), training=False) + x), (1, 2)))[:, 1]
    wanted = tf.reduce_sum(a * tape.gradient(score, a), -1, keepdims=True)
    np.testing.assert_allclose(kx.HiResCAM(model, "a", resize=False)(images, 1), wanted, atol=1e-6)


def region(outputs, target):
    return tf.reduce_sum(outputs[:, 4:9, 5:12, 1], (1, 2))


SEGMENTATIONS = {
    "logits": lambda: [conv("features"), layers.Conv2D(3, 1)],
    "softmax": lambda: [conv("features"), layers.Conv2D(3, 1), layers.Softmax()],
    "enlarged": lambda: [conv("features", strides=2), layers.Conv2D(3, 1), layers.UpSampling2D(), layers.Softmax()],
    "resized": lambda: [conv("features", strides=2), layers.Conv2D(3, 1), layers.Resizing(16, 20)],
}


@pytest.mark.parametrize("what", SEGMENTATIONS)
def test_a_segmentation_is_not_explained_by_its_own_output(what, images):
    explainer = kx.GradCAM(network(*SEGMENTATIONS[what]()), score=region)
    assert explainer(images).shape == (3, 16, 20, 1) and explainer.layer == "features"


def test_nor_is_one_whose_output_is_a_list_of_places(images):
    model = network(conv("features"), layers.Conv2D(3, 1), layers.Reshape((16 * 20, 3)), layers.Softmax())
    explainer = kx.GradCAM(model, score=lambda outputs, target: tf.reduce_sum(outputs[:, 40:50, 1], 1))
    assert explainer.layer == "features"


def pooled_by(way):
    """Returns a network whose last layer isn't all that the score sees of the image."""
    inputs = keras.Input(SHAPE)
    features = conv("features")(inputs)
    if way == "attention":
        weights = layers.Softmax(axis=1)(layers.Reshape((16 * 20, 1))(layers.Conv2D(1, 1, name="last")(features)))
        pooled = layers.Flatten()(layers.Dot(axes=1)([layers.Reshape((16 * 20, 4))(features), weights]))
    else:
        parts = [features, conv("last")(features)] if way == "two depths" else [inputs, conv("last")(features)]
        pooled = layers.Concatenate()([layers.GlobalAveragePooling2D()(part) for part in parts])
    return keras.Model(inputs, layers.Dense(3)(pooled))


@pytest.mark.parametrize("way", ["attention", "two depths", "colors"])
def test_it_is_told_that_the_score_sees_the_image_by_other_ways_too(way):
    with pytest.warns(kx.ExplainWarning, match="other ways than through 'last'"):
        kx.GradCAM(pooled_by(way))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kx.GradCAM(pooled_by(way), "last")


def test_gates_skips_and_masks_lead_through_the_last_layer(recwarn):
    x = inputs = keras.Input(SHAPE)
    x = layers.Multiply()([conv("a")(x), layers.Conv2D(1, 1, activation="sigmoid")(conv("b")(x))])
    x = layers.Add()([x, conv("c")(x)]) * ops.cast(ops.not_equal(inputs[..., :1], 0), "float32")
    kx.GradCAM(keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling2D()(x))))
    assert not [warned for warned in recwarn if issubclass(warned.category, kx.ExplainWarning)]


def test_a_border_is_no_layer_to_look_at():
    model = network(conv("a"), layers.MaxPooling2D(), layers.ZeroPadding2D(3), layers.Flatten(), layers.Dense(3))
    assert kx.GradCAM(model).layer == "a"


UNTOUCHED = {
    "pixels": lambda: [layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(3)],
    "normalized": lambda: [layers.BatchNormalization(), layers.ReLU(), layers.Flatten(), layers.Dense(3)],
    "patches": lambda: [
        layers.RandomFlip(),
        layers.Lambda(lambda x: ops.image.extract_patches(x, 4)),
        layers.Reshape((20, 48)),
        layers.Dense(8),
        layers.GlobalAveragePooling1D(),
        layers.Dense(3),
    ],
}


@pytest.mark.parametrize("what", UNTOUCHED)
def test_what_no_weight_has_touched_is_no_layer_to_look_at(what):
    model = network(*UNTOUCHED[what]())
    with pytest.raises(kx.LayerError, match="use Saliency or Occlusion"):
        kx.GradCAM(model)
    assert not any(call.default for call in kx.list_layers(model))


def test_the_parts_of_attention_are_not_spatial():
    inputs = keras.Input(SHAPE)
    tokens = layers.Reshape((20, 8))(layers.Conv2D(8, 4, strides=4, name="patches")(inputs))
    tokens = layers.Add(name="sum")([tokens, layers.MultiHeadAttention(2, 4)(tokens, tokens)])
    model = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(tokens)))
    assert [call.kind for call in kx.list_layers(model) if call.spatial] == [
        "Conv2D",
        "Reshape",
        "MultiHeadAttention",
        "Add",
    ]
    assert kx.GradCAM(model).layer.startswith("reshape")


def two_inputs(*tower):
    """A network whose two images meet as maps, each behind its own tower."""
    images = {name: keras.Input(SHAPE, name=name) for name in "ab"}
    maps = list(images.values())
    for layer in tower:
        maps = [layer(x) for x in maps]
    joined = conv("after")(layers.Concatenate(name="joined")(maps))
    return keras.Model(list(images.values()), layers.Dense(3)(layers.GlobalAveragePooling2D()(joined)))


def test_of_two_images_the_explained_one_alone_leads_to_the_layer(images):
    model = two_inputs(conv("tower"))
    explainer = kx.GradCAM(model, input="b")
    assert explainer.layer == "tower"
    with pytest.raises(kx.MethodError, match="received ones of several|alone"):
        kx.CAM(model, input="b")
    kernel, bias = model.get_layer("after").get_weights()
    kernel[:, :, 4:] = 0  # the second image has no part in the score
    model.get_layer("after").set_weights([kernel, bias])
    with pytest.warns(kx.ExplainWarning, match="zero everywhere"):
        assert not explainer([images, images], 1).any()


def test_candidates_are_named_where_two_images_share_all_maps():
    with pytest.raises(kx.LayerError, match="after as well, choose by layer="):
        kx.GradCAM(two_inputs(), input="a")
    assert kx.GradCAM(two_inputs(), "after", input="a").layer == "after"


def test_a_map_with_other_axes_than_the_image_is_refused():
    model = network(conv("a"), layers.Permute((2, 1, 3), name="turned"), conv("b"), *head())
    assert kx.GradCAM(model).layer == "a"
    with pytest.raises(kx.LayerError, match="permutation"):
        kx.GradCAM(model, "b")
    for axes in ((2, 1, 3), (3, 1, 2)):
        with pytest.raises(kx.MethodError, match="permuted"):
            kx.CAM(network(conv("a"), layers.Permute(axes), *head()))
    assert kx.CAM(network(conv("a"), layers.Permute((2, 1, 3)), layers.Permute((2, 1, 3)), *head())).layer


def test_cam_does_not_look_through_whole_numbers():
    rounded = layers.Lambda(lambda x: tf.cast(tf.cast(x, tf.int32), tf.float32))
    with pytest.raises(kx.MethodError):
        kx.CAM(network(conv("a"), layers.GlobalAveragePooling2D(), rounded, layers.Dense(3)))
