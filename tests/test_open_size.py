"""Models of images of any size and videos of any length, whose layers show where they look at a known one alone."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import keras_explain as kx
from tests.test_videos import SIZE, recurrent
from tests.transformers import drawn

METHODS = [kx.GradCAM, kx.LayerCAM, kx.ScoreCAM, kx.Activations]


def of_size(model, *size):
    """Returns the same layers as a model of images of one size."""
    images = keras.Input((*size, 3))
    return keras.models.clone_model(model, input_tensors=images, clone_function=lambda layer: layer)


class Counted(layers.Layer):
    """Hands on what it gets, and counts how often it is traced."""

    traces = 0

    def call(self, x):
        self.traces += 1
        return x


def transformer(attends=True):
    x = inputs = keras.Input((None, None, 3))
    x = Counted(name="counted")(layers.Reshape((-1, 8), name="tokens")(layers.Conv2D(8, 4, 4, name="patches")(x)))
    if attends:
        normed = layers.LayerNormalization(name="norm")(x)
        x = layers.Add()([x, layers.MultiHeadAttention(2, 4)(normed, normed)])
    return drawn(keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling1D()(x))), (8, 8, 3))


@pytest.mark.parametrize("method", [kx.GradCAM, kx.GuidedGradCAM, kx.ScoreCAM, kx.Saliency, kx.Occlusion, kx.RISE])
def test_frames_of_any_number(method, rng):
    """Without a layer too: of an open number, Keras would take as many frames as there are videos."""
    model, videos = recurrent(frames=None), rng.normal(size=(2, 3, *SIZE, 3)).astype("float32")
    options = {"patch": (1, 6, 5)} if method is kx.Occlusion else {"masks": 8} if method is kx.RISE else {}
    explainer = method(model, **options)
    assert explainer.layer is None
    for count in (2, 3):
        wanted = method(of_size(model, count, *SIZE), **options)
        maps = wanted(videos[:, :count], 1)
        np.testing.assert_allclose(explainer(videos[:, :count], 1), maps, atol=1e-5 * np.abs(maps).max())
        assert explainer.layer == wanted.layer and maps.any(axis=(0, 2, 3, 4)).all()


@pytest.mark.parametrize("method", METHODS)
def test_tokens_of_images_of_any_size(method, rng):
    model, explainer = transformer(), None
    for size in ((16, 24), (8, 12)):
        images = rng.normal(size=(2, *size, 3)).astype("float32")
        explainer = explainer or method(model)
        wanted = method(of_size(model, *size))
        np.testing.assert_allclose(explainer(images, 1), wanted(images, 1), atol=1e-6)
        assert explainer.layer == wanted.layer == "norm"
    assert method(model, "patches")(images).shape == method(of_size(model, *size), "patches")(images).shape


class Forgetful(layers.Layer):
    """Hands on what it gets, of which nobody knows the number of frames any more."""

    def call(self, x):
        return tf.compat.v1.placeholder_with_default(x, (None, None, *SIZE, 3))

    def compute_output_shape(self, shape):
        return (None, None, *SIZE, 3)


def test_frames_that_no_size_of_the_input_tells_are_refused(rng):
    inputs = keras.Input((3, *SIZE, 3))
    features = layers.TimeDistributed(layers.GlobalAveragePooling2D())(Forgetful()(inputs))
    model = keras.Model(inputs, layers.Dense(4)(layers.LSTM(6)(features)))
    with pytest.raises(kx.LayerError, match="videos whose number of frames is known"):
        kx.Saliency(model)


def test_each_size_is_traced_once_and_none_beside_where_no_layer_is_asked_for(rng):
    model = transformer()
    counted, sizes = model.get_layer("counted"), [(16, 24), (8, 12), (16, 24), (16, 24)]
    for explainer, traces in ((kx.GradCAM(model), 2), (kx.Saliency(model), 0)):
        before = counted.traces
        for target, size in enumerate(sizes):
            explainer(rng.normal(size=(1 + target, *size, 3)), target % 3)
        assert counted.traces - before == traces


def test_several_methods_at_once(rng):
    found = kx.explain(transformer(), rng.random((2, 16, 24, 3)), methods=["grad_cam", "cam", "saliency"])
    assert list(found.maps) == ["grad_cam", "cam", "saliency"] and found.layers["grad_cam"] == "norm"
    videos = rng.random((2, 3, *SIZE, 3))
    found = kx.explain(recurrent(frames=None), videos, methods=["grad_cam", "cam", "saliency"])
    assert list(found.maps) == ["grad_cam", "saliency"] and list(found.left_out) == ["cam"]


def test_what_a_size_shows_to_be_no_layer_is_refused_then(rng):
    model, images = transformer(attends=False), rng.random((2, 16, 24, 3))
    assert kx.GradCAM(model, "tokens", grid=(4, 6), resize=False)(images).shape == (2, 4, 6, 1)
    with pytest.raises(kx.LayerError, match=r"expected grid=\(4, 6\)"):
        kx.GradCAM(model, "tokens", grid=(6, 4))(images)
    with pytest.raises(kx.LayerError, match="expected a layer with an output of rank 4"):
        kx.GradCAM(model, model.layers[-1].name)
    assert kx.GradCAM(model).layer == "patches"


def test_layers_are_listed_with_their_places_at_the_size_of_an_example(rng):
    model = transformer()
    assert not any(call.default for call in kx.list_layers(model))
    found = kx.list_layers(model, rng.random((1, 16, 24, 3)))
    assert [(call.path, call.shape) for call in found if call.default] == [("norm", (None, 24, 8))]
