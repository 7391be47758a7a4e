"""Models that take the frames of a video one by one: their maps are those of a tape by hand, frame by frame."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

import keras_explain as kx
from keras_explain import LayerError

T, SIZE = 2, (12, 10)


def backbone(*head):
    keras.utils.set_random_seed(5)
    first = layers.Conv2D(4, 3, padding="same", activation="relu", name="first")
    last = layers.Conv2D(5, 3, strides=2, padding="same", activation="relu", name="last")
    return keras.Sequential([keras.Input((*SIZE, 3)), first, last, *head], name="backbone")


def pooled():
    return backbone(layers.GlobalAveragePooling2D())


def recurrent(frames=T, last=False):
    """A `TimeDistributed` backbone and what reads its frames: a recurrent layer, or no frame but the last one."""
    inputs = keras.Input((frames, *SIZE, 3))
    x = layers.TimeDistributed(pooled())(inputs)
    x = x[:, -1] if last else layers.LSTM(6)(x)
    return keras.Model(inputs, layers.Dense(4)(x))


class Loop(keras.Model):
    """A loop over frames, in one of the ways in which people write it."""

    def __init__(self, way):
        super().__init__()
        self.way, self.backbone = way, keras.Sequential([keras.Input((*SIZE, 3)), *pooled().layers], name="backbone")
        self.cell, self.logits = layers.GRU(6), layers.Dense(4)

    def call(self, videos):
        if self.way == "batch":
            features = ops.reshape(self.backbone(ops.reshape(videos, (-1, *SIZE, 3))), (-1, T, 5))
        elif self.way == "unstacked":
            features = ops.stack([self.backbone(frame) for frame in ops.unstack(videos, axis=1)], axis=1)
        elif self.way == "gathered":
            features = tf.stack([self.backbone(tf.gather(videos, t, axis=1)) for t in range(T)], axis=1)
        else:
            features = ops.stack([self.backbone(videos[:, t]) for t in range(T)], axis=1)
        return self.logits(self.cell(features))


@pytest.fixture
def videos(rng):
    return rng.normal(size=(2, T, *SIZE, 3)).astype("float32")


def by_hand(net, videos, targets, head, layer="last"):
    """Returns `A` and `dS / dA` of each frame, `(N, T, h, w, K)`: the network is cut in two at the layer."""
    cut = [each.name for each in net.layers].index(layer) + 1
    activations = tf.reshape(videos, (-1, *SIZE, 3))
    for each in net.layers[:cut]:
        activations = each(activations)
    activations = tf.reshape(activations, (-1, T, *activations.shape[1:]))
    with tf.GradientTape() as tape:
        tape.watch(activations)
        features = tf.reshape(activations, (-1, *activations.shape[2:]))
        for each in net.layers[cut:]:
            features = each(features)
        logits = head(tf.reshape(features, (-1, T, features.shape[-1])))
        score = tf.gather(logits, targets, batch_dims=1)
    return activations, tape.gradient(score, activations)


def grad_cam(activations, gradients):
    weights = tf.reduce_mean(gradients, axis=(2, 3), keepdims=True)
    return tf.nn.relu(tf.reduce_sum(weights * activations, axis=-1, keepdims=True)).numpy()


def check(explainer, videos, wanted):
    maps = explainer(videos, [1, 3])
    assert wanted.any() and maps.shape == wanted.shape
    np.testing.assert_allclose(maps, wanted, rtol=1e-5, atol=1e-5 * wanted.max())


@pytest.mark.parametrize("layer", [None, "last", "first"])
def test_a_backbone_within_time_distributed(videos, layer):
    model = recurrent()
    net, head = model.layers[1].layer, lambda features: model.layers[3](model.layers[2](features))
    explainer = kx.GradCAM(model, layer, resize=False)
    check(explainer, videos, grad_cam(*by_hand(net, videos, [1, 3], head, layer or "last")))
    assert explainer.layer == f"time_distributed/backbone/{layer or 'last'}".replace(
        "time_distributed", model.layers[1].name
    )


@pytest.mark.parametrize("way", ["sliced", "unstacked", "gathered", "batch"])
def test_a_loop_by_hand(videos, way):
    model = Loop(way)
    model(videos)
    net, head = model.backbone, lambda features: model.logits(model.cell(features))
    check(kx.GradCAM(model, resize=False), videos, grad_cam(*by_hand(net, videos, [1, 3], head)))


def test_an_activation_that_is_called_as_a_function_belongs_to_the_last_layer(videos):
    frame = keras.Input((*SIZE, 3))
    activated = ops.relu(layers.Conv2D(5, 3, name="last")(frame))
    net = keras.Model(frame, layers.GlobalAveragePooling2D()(activated))
    inputs = keras.Input((T, *SIZE, 3))
    model = keras.Model(inputs, layers.Dense(4)(layers.Flatten()(layers.TimeDistributed(net)(inputs))))
    maps = kx.Activations(model)(videos)
    wanted = keras.Model(frame, activated)(videos.reshape(-1, *SIZE, 3))
    np.testing.assert_allclose(maps.reshape(wanted.shape), wanted, atol=1e-6)


@pytest.mark.parametrize("inside", [True, False], ids=["backbone", "layer by layer"])
def test_a_frame_that_counts_for_nothing_has_a_blank_map(videos, inside):
    if inside:
        model = recurrent(last=True)
    else:
        inputs = keras.Input((T, *SIZE, 3))
        x = inputs
        for each in pooled().layers:
            x = layers.TimeDistributed(each)(x)
        model = keras.Model(inputs, layers.Dense(4)(x[:, -1]))
    maps = kx.HiResCAM(model)(videos, [1, 3])
    assert maps.shape == (2, T, *SIZE, 1)
    assert not maps[:, :-1].any() and maps[:, -1].any(axis=(1, 2, 3)).all()
    assert not kx.GradCAM(model)(videos, [1, 3])[:, :-1].any()


@pytest.mark.parametrize("method", ["layer_cam", "grad_cam_plus_plus", "eigen_cam"])
def test_each_frame_is_an_image_of_its_own(videos, method):
    model = recurrent()
    net, head = model.layers[1].layer, lambda features: model.layers[3](model.layers[2](features))
    activations, gradients = (tf.reshape(each, (-1, *each.shape[2:])) for each in by_hand(net, videos, [1, 3], head))
    make = kx.METHODS[method]
    wanted = make.combine(activations, gradients).numpy()
    check(make(model, resize=False), videos, wanted.reshape(2, T, *wanted.shape[1:]))


def test_activations_and_several_layers(videos):
    model = recurrent()
    net = model.layers[1].layer
    activations, _ = by_hand(net, videos, [1, 3], lambda features: model.layers[3](model.layers[2](features)))
    np.testing.assert_allclose(kx.Activations(model, "last")(videos), activations, rtol=1e-5, atol=1e-6)
    for explainer in (kx.LayerCAM(model, ["first", "last"]), kx.ScoreCAM(model), kx.GuidedGradCAM(model)):
        assert explainer(videos, [1, 3]).shape[:4] == (2, T, *SIZE)


def test_what_excites_a_unit_is_looked_for_in_all_frames(videos):
    model = recurrent(last=True)
    net = model.layers[1].layer
    frames = videos.reshape(-1, *SIZE, 3)
    for layer, features in (
        ("global_average_pooling2d", net(frames)),
        ("last", keras.Sequential(net.layers[:2])(frames)),
    ):
        path = next(row.path for row in kx.list_layers(model) if layer in row.path)
        found = kx.most_exciting(model, path, videos, channel=2, count=2)
        wanted = np.asarray(features)[..., 2].reshape(2, -1).mean(axis=1)
        np.testing.assert_allclose(found.activations[0], np.sort(wanted)[::-1], rtol=1e-5)
    with pytest.raises(LayerError, match="rank 5"):
        kx.GradCAM(model, next(row.path for row in kx.list_layers(model) if "global_average" in row.path))


def test_parts_of_frames_and_layers_that_are_called_twice_a_frame(videos):
    shared = layers.Conv2D(3, 3, padding="same", activation="relu", name="shared")
    inputs = keras.Input((T, *SIZE, 3))
    frame = keras.Input((*SIZE, 3))
    net = keras.Model(frame, layers.GlobalAveragePooling2D()(shared(shared(frame[:, 6:]))), name="net")
    model = keras.Model(inputs, layers.Dense(4)(layers.Flatten()(layers.TimeDistributed(net)(inputs))))
    maps = kx.HiResCAM(model, "shared")(videos, 1)
    assert maps[:, :, 6:].any() and not maps[:, :, :6].any()
    first, second = (kx.Activations(model, "shared", call=call)(videos) for call in (0, 1))
    np.testing.assert_allclose(
        shared(first.reshape(-1, *first.shape[2:])), second.reshape(-1, *second.shape[2:]), atol=1e-5
    )


def test_what_is_cropped_twice_is_shown_where_it_lies_in_the_frame(videos):
    inputs, frame = keras.Input((T, *SIZE, 3)), keras.Input((*SIZE, 3))
    once = keras.Model(frame, layers.Conv2D(3, 1, activation="relu")(frame[:, 6:]))
    half = keras.Input((6, SIZE[1], 3))
    twice = keras.Model(half, layers.GlobalAveragePooling2D()(layers.Conv2D(4, 1, name="inner")(half[:, :3])))
    x = layers.TimeDistributed(twice)(layers.TimeDistributed(once)(inputs))
    maps = kx.HiResCAM(keras.Model(inputs, layers.Dense(4)(layers.Flatten()(x))), "inner")(videos, 1)
    assert maps[:, :, 6:9].any((2, 3, 4)).all() and not maps[:, :, :6].any() and not maps[:, :, 9:].any()


def test_a_call_on_several_frames_is_not_taken_for_those_on_each(videos):
    inputs = keras.Input((T, *SIZE, 3))
    conv = layers.Conv2D(3, 3, name="conv")
    seen = [conv(inputs[:, t]) for t in range(T)] + [conv(ops.mean(inputs, axis=1))]
    model = keras.Model(inputs, layers.Dense(4)(layers.GlobalAveragePooling2D()(sum(seen))))
    with pytest.raises(LayerError, match="rank 5"):
        kx.GradCAM(model, "conv")(videos)
    assert kx.GradCAM(model, "conv", call=0)(videos).shape == (2, T, *SIZE, 1)


def test_the_list_of_layers_has_one_row_a_layer(videos):
    model = recurrent()
    rows = [row for row in kx.list_layers(model) if "/backbone/" in row.path and row.spatial]
    assert [row.path.split("/")[-1] for row in rows] == ["first", "last"] and [row.default for row in rows] == [
        False,
        True,
    ]


def test_layers_that_see_several_frames_are_refused(rng):
    inputs = keras.Input((3, *SIZE, 3))
    conv = layers.Conv2D(3, 3, name="conv")
    pairs = [conv(inputs[:, t] + inputs[:, t + 1]) for t in range(2)]
    model = keras.Model(inputs, layers.Dense(4)(layers.GlobalAveragePooling2D()(pairs[0] + pairs[1])))
    with pytest.raises(LayerError):
        kx.GradCAM(model, "conv")(rng.normal(size=(1, 3, *SIZE, 3)))
