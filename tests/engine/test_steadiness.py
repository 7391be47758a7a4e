import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import keras_explain as kx


class Always(layers.Layer):
    """A layer in training, at inference as well."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def call(self, x):
        return self.layer(x, training=True)


class Counting(layers.Layer):
    """Counts its calls, in a variable of Keras and in one of TensorFlow, by which it scales."""

    def __init__(self):
        super().__init__()
        self.own = self.add_weight(shape=(), initializer="zeros", trainable=False)
        self.plain = tf.Variable(0.0, trainable=False)

    def call(self, x):
        self.own.assign(self.own + 1)
        self.plain.assign_add(1.0)
        return x * (self.own + self.plain)


def network(layer):
    chain = [layers.Conv2D(4, 3), layer, layers.ReLU(), layers.GlobalAveragePooling2D(), layers.Dense(3)]
    return keras.Sequential([keras.Input((8, 8, 3)), *chain])


@pytest.fixture
def images():
    return np.random.default_rng(0).random((4, 8, 8, 3), "float32")


UNSTEADY = {
    "dropout": (lambda: layers.Dropout(0.5), "random at inference"),
    "noise": (lambda: layers.GaussianNoise(0.5), "random at inference"),
    "flip": (lambda: layers.RandomFlip(), "random at inference"),
    "batch statistics": (lambda: layers.BatchNormalization(), "mixes the images"),
}


@pytest.mark.parametrize("what", UNSTEADY)
def test_it_is_told_once_and_the_state_stays(what, images):
    make, told = UNSTEADY[what]
    model = network(Always(make()))
    model(images)
    before = [np.copy(variable) for variable in model.variables]
    with pytest.warns(kx.ExplainWarning, match=told):
        explainer = kx.Saliency(model)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        maps = explainer(images, 1)
        np.testing.assert_array_equal(explainer(images, 1), maps)
    for variable, value in zip(model.variables, before):
        np.testing.assert_array_equal(variable, value)


@pytest.mark.parametrize("explainer", [kx.Saliency, kx.Occlusion, kx.GradCAM, kx.ClassVisualization])
def test_what_a_model_counts_is_as_before(explainer, images):
    counting = Counting()
    model = network(counting)
    model(images)
    made = explainer(model, **({"method": "plain"} if explainer is kx.Occlusion else {}))
    made(1, seed=0) if explainer is kx.ClassVisualization else made(images, 1)
    assert float(counting.own) == float(counting.plain) == 1


class Writing(layers.Layer):
    """Writes a variable, or a generator's state, as TensorFlow allows it beside `assign`."""

    def __init__(self, way):
        super().__init__()
        self.way, self.generator = way, tf.random.Generator.from_seed(1)
        self.plain = tf.Variable(tf.zeros(3), trainable=False)

    def call(self, x):
        if self.way == "scattered":
            self.plain.scatter_nd_add([[1]], [1.0])
        elif self.way == "in a loop":
            x = tf.map_fn(lambda each: (self.plain.assign_add(tf.ones(3)), each)[1], x)
        elif self.way == "in a branch":
            x = tf.cond(self.plain[0] > -1, lambda: (self.plain.assign_add(tf.ones(3)), x + 0)[1], lambda: x)
        else:
            x = x + self.generator.normal(tf.shape(x))
        return x + tf.reduce_sum(self.plain)


@pytest.mark.parametrize("way", ["scattered", "in a loop", "in a branch", "drawn"])
@pytest.mark.filterwarnings("ignore:the model is random")
def test_whatever_a_model_writes_is_as_before(way, images):
    writing = Writing(way)
    model = network(writing)
    model(images)
    before = writing.plain.numpy(), writing.generator.state.numpy()
    kx.Saliency(model)(images, 1)
    np.testing.assert_array_equal(writing.plain, before[0])
    np.testing.assert_array_equal(writing.generator.state, before[1])
    model(images)
    assert not np.array_equal(np.append(*before), np.append(writing.plain, writing.generator.state))


HIDDEN = {
    "in a loop": (lambda x: tf.map_fn(lambda each: tf.nn.dropout(each, 0.5), x), "random"),
    "in a branch": (lambda x: tf.cond(tf.size(x) > 0, lambda: tf.nn.dropout(x, 0.5), lambda: x), "random"),
    "by the clock": (
        lambda x: x + tf.random.stateless_normal((6, 6, 4), [1, tf.cast(tf.timestamp(), tf.int32)]),
        "random",
    ),
    "attention to mates": (
        lambda x: (lambda v: tf.reshape(v @ tf.transpose(v) @ v, (-1, 6, 6, 4)))(tf.reshape(x, (-1, 144))),
        "mixes",
    ),
    "the first image": (lambda x: x - x[:1], "mixes"),
    "the one before": (lambda x: x + tf.roll(x, 1, 0), "mixes"),
    "all before": (lambda x: tf.cumsum(x, 0), "mixes"),
    "backwards": (lambda x: x + x[::-1], "mixes"),
}


@pytest.mark.parametrize("what", HIDDEN)
def test_chance_and_mates_are_found_wherever_they_are(what):
    function, told = HIDDEN[what]
    with pytest.warns(kx.ExplainWarning, match=told):
        kx.Saliency(network(layers.Lambda(function, output_shape=(6, 6, 4))))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "what", [lambda x: x[:, 1:], lambda x: x[..., ::-1], lambda x: x[:][:, ::2], lambda x: tf.roll(x, 1, 1)]
)
def test_what_stays_within_an_image_is_no_mixture(what):
    kx.Saliency(network(layers.Lambda(what)))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("layer", [layers.Dropout(0.5), layers.BatchNormalization(), layers.GroupNormalization(2)])
def test_ordinary_layers_are_steady(layer):
    kx.Saliency(network(layer))


@pytest.mark.filterwarnings("error")
def test_numbers_drawn_by_a_constant_seed_are_no_chance():
    noise = layers.Lambda(lambda x: x + tf.random.stateless_normal(tf.shape(x)[1:], [1, 2]))
    kx.Saliency(network(noise))
