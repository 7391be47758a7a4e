"""Maps lie where their places are in the image: of a crop, within it; of what moves places, nowhere."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import keras_explain as kx

SHAPE = (16, 20, 3)
CROPS = {
    "Cropping2D": (lambda: layers.Cropping2D(((5, 1), (0, 8))), (slice(5, 15), slice(0, 12))),
    "tf.slice": (
        lambda: layers.Lambda(lambda x: tf.slice(x, [0, 2, 4, 0], [-1, 10, -1, -1])),
        (slice(2, 12), slice(4, 20)),
    ),
    "ellipsis": (lambda: layers.Lambda(lambda x: x[..., 3:-1, ::-1]), (slice(None), slice(3, 19))),
    "twice": (
        lambda: keras.Sequential([layers.CenterCrop(12, 12), layers.Cropping2D(((0, 2), (4, 0)))]),
        (slice(2, 12), slice(8, 16)),
    ),
}
MOVES = {
    "flip": lambda: layers.Lambda(lambda x: x[:, ::-1]),
    "reversed": lambda: layers.Lambda(lambda x: tf.image.flip_left_right(x)),
    "rolled": lambda: layers.Lambda(lambda x: tf.roll(x, 3, 1)),
    "columns chosen": lambda: layers.Lambda(lambda x: tf.gather(x, [3, 1, 2, 0], axis=2)),
    "one half": lambda: layers.Lambda(lambda x: tf.split(x, 2, 1)[1]),
    "other shape": lambda: layers.Reshape((8, 40, 4)),
}


@pytest.fixture
def images():
    return np.random.default_rng(0).random((2, *SHAPE), "float32")


def behind(chain, shape):
    keras.utils.set_random_seed(1)
    conv = layers.Conv2D(4, 3, padding="same", name="conv")
    head = [conv, layers.ReLU(), layers.GlobalAveragePooling2D(), layers.Dense(3)]
    return keras.Sequential([keras.Input(shape), *chain, *head])


@pytest.mark.parametrize("how", CROPS)
@pytest.mark.parametrize("method", [kx.GradCAM, kx.CAM])
def test_the_map_of_a_crop_lies_within_it(how, method, images):
    crop, place = CROPS[how]
    seen = crop()(images)
    inner = method(behind([], seen.shape[1:]))(seen, 1)
    whole = np.zeros((2, 16, 20, 1), "float32")
    whole[:, place[0], place[1]] = inner
    assert inner.any()
    np.testing.assert_allclose(method(behind([crop()], SHAPE))(images, 1), whole, atol=1e-6)


@pytest.mark.parametrize("how", MOVES)
def test_what_moves_places_is_not_looked_at(how):
    model = keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Conv2D(4, 3, padding="same", name="before"),
            MOVES[how](),
            layers.Conv2D(4, 3, padding="same", name="behind"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3),
        ]
    )
    assert kx.GradCAM(model).layer == "before"
    with pytest.raises(kx.LayerError, match="flip"):
        kx.GradCAM(model, "behind")
    with pytest.raises(kx.MethodError, match="flipped"):
        kx.CAM(model)


def test_channels_may_be_moved(images):
    turned = layers.Lambda(lambda x: tf.gather(tf.concat(tf.split(x, 3, -1)[::-1], -1)[..., ::-1], [2, 0, 1], axis=-1))
    assert kx.GradCAM(behind([turned], SHAPE))(images, 1).any()


@pytest.mark.parametrize("unroll", [False, True])
def test_a_recurrent_layer_keeps_time(unroll):
    lstm = layers.Bidirectional(layers.LSTM(4, return_sequences=True, unroll=unroll), name="lstm")
    model = keras.Sequential([keras.Input((6, 2)), lstm, layers.Flatten(), layers.Dense(3)])
    explainer = kx.GradCAM(model)
    assert explainer.layer == "lstm" and explainer(np.ones((2, 6, 2), "float32"), 1).shape == (2, 6, 1)


def test_a_loop_over_the_images_keeps_places():
    each = layers.Lambda(lambda x: tf.map_fn(lambda image: image * 2, x), output_shape=(16, 20, 4), name="each")
    model = keras.Sequential(
        [keras.Input(SHAPE), layers.Conv2D(4, 3, padding="same"), each, layers.Flatten(), layers.Dense(3)]
    )
    assert kx.GradCAM(model).layer == "each"
