"""Tokens in any order are laid out by where they come from, or not at all."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

import keras_explain as kx
from keras_explain.engine.compiled import Compiled
from keras_explain.engine.request import Request
from keras_explain.tracing.lattice import lattice
from tests.transformers import Prepend

SHAPE = (16, 24, 3)
WHOLE = ((0.0, 1.0), (0.0, 1.0))


def row_by_row(x):
    return ops.reshape(x, (-1, 24, 4))


def windows(x):
    x = ops.reshape(x, (-1, 2, 2, 3, 2, 4))
    return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, 24, 4))


def attended(x):
    return ops.matmul(ops.softmax(ops.matmul(x, ops.transpose(x, (0, 2, 1)))), x)


ORDERS = {
    "row by row": row_by_row,
    "column by column": lambda x: ops.reshape(ops.transpose(x, (0, 2, 1, 3)), (-1, 24, 4)),
    "window by window": windows,
    "rolled": lambda x: ops.reshape(ops.roll(x, (1, 2), (1, 2)), (-1, 24, 4)),
    "chosen": lambda x: ops.take(row_by_row(x), np.random.default_rng(0).permutation(24), axis=1),
    "behind three others": lambda x: ops.concatenate([ops.ones((ops.shape(x)[0], 3, 4)), row_by_row(x)], 1),
    "before two others": lambda x: ops.pad(row_by_row(x), ((0, 0), (0, 2), (0, 0))),
    "attending": lambda x: row_by_row(x) + attended(row_by_row(x)) * 0,
    "in windows": lambda x: ops.reshape(windows(x), (-1, 6, 4)),
    "in windows, behind others": lambda x: ops.pad(ops.reshape(windows(x), (-1, 6, 4)), ((0, 0), (1, 0), (0, 0))),
}
NONE = {
    "some of them": lambda x: row_by_row(x)[:, 3:],
    "two sets": lambda x: ops.concatenate([row_by_row(x), row_by_row(x + 1)], 1),
    "mixed": lambda x: row_by_row(x) + row_by_row(ops.flip(x, 1)),
    "in windows, those of all images in turn": lambda x: ops.reshape(
        ops.transpose(ops.reshape(windows(x), (-1, 4, 6, 4)), (1, 0, 2, 3)), (-1, 6, 4)
    ),
    "in a window too many": lambda x: ops.concatenate([ops.reshape(windows(x), (-1, 6, 4)), row_by_row(x)[:, :6]], 0),
    "summed by weights": lambda x: ops.matmul(np.ones((24, 24), "float32"), row_by_row(x)),
    "a loop": lambda x: tf.map_fn(lambda one: one + 1, row_by_row(x)),
}


@pytest.fixture(scope="module")
def network():
    """One map in many orders of tokens, each a layer of its own."""
    keras.utils.set_random_seed(7)
    inputs = keras.Input(SHAPE)
    x, pooled = layers.Conv2D(4, 4, 4, name="map")(inputs), []
    for number, (name, order) in enumerate({**ORDERS, **NONE}.items()):
        tokens = Ordered(order, name=f"order{number}")(x)
        windows_each = 5 if "too many" in name else 4 if "in windows" in name else 1
        pooled.append(ops.sum(ops.reshape(tokens, (-1, windows_each * tokens.shape[1] * 4)), axis=1))
    return keras.Model(inputs, layers.Dense(2)(ops.stack(pooled, axis=1)))


class Ordered(layers.Layer):
    def __init__(self, order, **options):
        super().__init__(**options)
        self.order = order

    def call(self, x):
        return self.order(x)


def test_tokens_lie_where_they_come_from(network):
    names = [*ORDERS, *NONE]
    taps = [kx.Activations(network, f"order{number}", lazy=True) for number in range(len(names))]
    compiled = Compiled(Request(network, taps[0].request.score), taps, leave_out=(kx.LayerError,))
    assert [names[taps.index(tap)] for tap in compiled.left_out] == list(NONE)
    images = np.random.default_rng(0).random((2, *SHAPE), "float32")
    wanted = network.get_layer("map")(images)
    for name, maps in zip(ORDERS, compiled(compiled.batch(images)).maps):
        np.testing.assert_array_equal(maps, wanted, name)


def convolved(x):
    """A convolution of places, with a window that borders cut, and one that merges them, as between a MiT's blocks."""
    kernel = np.ones((3, 3, 4, 1), "float32")
    return ops.conv(ops.depthwise_conv(x, kernel, padding="same"), np.ones((3, 3, 4, 4), "float32"), 2, "same")


def test_tokens_that_are_convolved_lie_where_a_map_of_theirs_would():
    inputs = keras.Input(SHAPE)
    tokens = Ordered(row_by_row)(layers.Conv2D(4, 4, 4)(inputs))
    merged = Ordered(lambda x: ops.reshape(convolved(ops.reshape(x, (-1, 4, 6, 4))), (-1, 6, 4)), name="merged")(tokens)
    every_other = Ordered(lambda x: x[:, ::2], name="every_other")(tokens)
    pooled = [layers.GlobalAveragePooling1D()(one) for one in (merged, every_other)]
    model = keras.Model(inputs, layers.Dense(2)(layers.Add()(pooled)))
    images = np.random.default_rng(0).random((2, *SHAPE), "float32")
    for layer, shape in (("merged", (2, 3)), ("every_other", (4, 3))):
        wanted = keras.Model(inputs, model.get_layer(layer).output)(images)
        np.testing.assert_array_equal(kx.Activations(model, layer)(images), ops.reshape(wanted, (2, *shape, 4)))


def test_a_lattice_is_full_regular_and_of_a_known_part():
    rows, columns = np.meshgrid([0.25, 0.75], [1 / 6, 0.5, 5 / 6], indexing="ij")
    centers = [np.concatenate([[0], one.ravel()])[np.newaxis, :, np.newaxis] for one in (rows, columns)]
    present = np.ones((1, 7, 1))
    present[0, 0] = 0
    found = lattice(present, centers, {WHOLE})
    assert (found.shape, found.index, found.part, found.others) == ((2, 3), (1, 2, 3, 4, 5, 6), WHOLE, 1)
    cropped = ((0.25, 0.75), (0.0, 1.0))
    assert lattice(present, centers, {cropped}) is None
    assert lattice(present, [0.25 + centers[0] / 2, centers[1]], {WHOLE, cropped}).part == cropped
    aside = [centers[0] + 0.2, centers[1] - 0.15]  # by 0.4 of a place of two, and by 0.45 of one of three
    assert lattice(present, aside, {WHOLE}).index == found.index
    assert lattice(present, [centers[0] + 0.3, centers[1]], {WHOLE}) is None
    row = [one[:, 1:4] for one in (present, *centers)]  # of half the image, in which a single one isn't the middle
    assert lattice(row[0], row[1:], {WHOLE}) is None
    assert lattice(present[:, :-1], [one[:, :-1] for one in centers], {WHOLE}) is None
    assert lattice(present[:, :1], [one[:, :1] for one in centers], {WHOLE}) is None


def test_no_part_of_attention_is_looked_at_by_default():
    """Keys, values and their like are read as they are: the norm before them is what an expert looks at."""
    x = inputs = keras.Input(SHAPE)
    x = Prepend(1)(layers.Reshape((24, 8))(layers.Conv2D(8, 4, 4)(x)))
    normed = layers.LayerNormalization(name="norm")(x)
    query, key, value = (layers.Dense(8, name=name)(normed) for name in ("query", "key", "value"))
    weights = ops.softmax(ops.matmul(query, ops.transpose(key, (0, 2, 1))))
    x = layers.LayerNormalization()(x + layers.Dense(8)(ops.matmul(weights, value)))
    assert kx.GradCAM(keras.Model(inputs, layers.Dense(3)(x[:, 0]))).layer == "norm"


class Attention(layers.Layer):
    """Attention by hand: one layer makes keys, queries and values, and its weights are outputs of layers."""

    def __init__(self, **options):
        super().__init__(**options)
        self.qkv, self.projection = layers.Dense(24, name="qkv"), layers.Dense(8, name="projection")
        self.normed = layers.LayerNormalization(name="normed")
        self.softmax, self.dropout = layers.Softmax(name="softmax"), layers.Dropout(0.1, name="dropout")

    def build(self, shape):
        self.qkv.build(shape)
        self.projection.build(shape)
        self.normed.build((None, 24, 2, 4))

    def call(self, x):
        query, key, value = ops.unstack(ops.reshape(self.qkv(x), (-1, 24, 3, 2, 4)), axis=2)
        query, key, value = (ops.transpose(one, (0, 2, 1, 3)) for one in (self.normed(query), key, value))
        weights = self.dropout(self.softmax(ops.matmul(query, ops.transpose(key, (0, 1, 3, 2)))))
        return self.projection(ops.reshape(ops.transpose(ops.matmul(weights, value), (0, 2, 1, 3)), (-1, 24, 8)))


def test_weights_of_attention_are_no_map_of_the_image():
    """Of heads and tokens, `(N, heads, tokens, tokens)`, they have as many axes as a map."""
    x = inputs = keras.Input(SHAPE)
    x = layers.Reshape((24, 8))(layers.Conv2D(8, 4, 4)(x))
    x = x + Attention(name="attention")(layers.LayerNormalization(name="norm")(x))
    model = keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling1D()(x)))
    assert kx.GradCAM(model).layer == "norm"
    spatial = {call.path: call.spatial for call in kx.list_layers(model)}
    for name in ("normed", "softmax", "dropout"):
        assert not spatial[f"attention/{name}"]
        with pytest.raises(kx.LayerError, match="or within attention"):
            kx.GradCAM(model, f"attention/{name}")
    assert spatial["attention/qkv"] and spatial["attention/projection"]


def test_volumes_have_tokens_too():
    x = inputs = keras.Input((4, 6, 8, 1))
    x = layers.Reshape((24, 4))(layers.Conv3D(4, 2, 2)(x))
    x = layers.Add(name="sum")([x, layers.MultiHeadAttention(1, 4)(x, x)])
    explainer = kx.GradCAM(keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling1D()(x))), resize=False)
    assert explainer.layer.startswith("reshape") and explainer(np.ones((1, 4, 6, 8, 1)), 1).shape == (1, 2, 3, 4, 1)
