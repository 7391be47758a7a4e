import random

import keras
import numpy as np
import pytest
from keras import layers

from keras_explain.sanity_checks.redraw import redrawn
from keras_explain.tracing.layer_weights import own_weights

# A layer, and the shape that it is built for.
LAYERS = {
    "Dense": (lambda: layers.Dense(40), (None, 30)),
    "Conv2D": (lambda: layers.Conv2D(16, 3, kernel_initializer="he_normal"), (None, 8, 8, 8)),
    "Conv2DTranspose": (lambda: layers.Conv2DTranspose(16, 3), (None, 8, 8, 8)),
    "DepthwiseConv2D": (lambda: layers.DepthwiseConv2D(3, depth_multiplier=4), (None, 8, 8, 16)),
    "SeparableConv2D": (lambda: layers.SeparableConv2D(16, 3), (None, 8, 8, 16)),
    "BatchNormalization": (lambda: layers.BatchNormalization(), (None, 8)),
    "LayerNormalization": (lambda: layers.LayerNormalization(), (None, 8)),
    "GroupNormalization": (lambda: layers.GroupNormalization(2), (None, 8)),
    "Embedding": (lambda: layers.Embedding(50, 8), (None, 3)),
    "LSTM": (lambda: layers.LSTM(10), (None, 5, 8)),
    "GRU": (lambda: layers.Bidirectional(layers.GRU(10)), (None, 5, 8)),
    "PReLU": (lambda: layers.PReLU(alpha_initializer="ones"), (None, 8)),
    "EinsumDense": (lambda: layers.EinsumDense("abc,cd->abd", (None, 40), bias_axes="d"), (None, 5, 20)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_every_weight_is_drawn_as_in_a_new_layer(name):
    make, shape = LAYERS[name]
    layer = make()
    layer.build(shape)
    fresh = {variable.ref(): variable.numpy() for *_, variable in own_weights(layer)}
    assert len(fresh) == len(layer.weights)
    for number, (_, owner, weight, variable) in enumerate(own_weights(layer)):
        values, how = redrawn(owner, weight, np.full(variable.shape, 7, "float32"), (0, number))
        before = fresh[variable.ref()]
        assert how == "initializer" and values.shape == before.shape, weight
        if weight == "bias" or before.std() == 0:
            np.testing.assert_array_equal(values, before)
        else:
            assert not np.array_equal(values, before)
            assert 0.75 < values.std() / before.std() < 1.35 and abs(values.mean()) < 0.3 * values.std() + 1e-3


def test_what_training_began_with_is_not_drawn_again():
    layer = layers.Dense(20, kernel_initializer=keras.initializers.GlorotUniform(seed=3))
    layer.build((None, 20))
    began = layer.kernel.numpy()
    draws = [redrawn(layer, "kernel", began, (seed, 0))[0] for seed in (0, 0, 1)]
    assert np.array_equal(draws[0], draws[1])
    assert abs(np.corrcoef(draws[0].ravel(), began.ravel())[0, 1]) < 0.2
    assert abs(np.corrcoef(draws[0].ravel(), draws[2].ravel())[0, 1]) < 0.2


@pytest.mark.parametrize(
    "initializer",
    [
        lambda shape, dtype: keras.random.normal(shape, dtype=dtype),
        keras.initializers.Constant(np.arange(12.0).reshape(1, 3, 4)),
    ],
    ids=["a function", "a table"],
)
def test_where_the_initializer_may_not_be_drawn_anew_all_values_are_permuted(initializer, rng):
    layer = layers.Conv1D(4, 1, kernel_initializer=initializer)
    layer.build((None, 5, 3))
    trained = rng.normal(size=(1, 3, 4)).astype("float32")
    values, how = redrawn(layer, "kernel", trained, (0, 0))
    assert how == "permutation" and np.array_equal(np.sort(values, None), np.sort(trained, None))
    assert all((values.sum(axis=axis) != trained.sum(axis=axis)).any() for axis in range(3)), "an axis kept its sums"


def test_no_random_state_is_used():
    layer = layers.Dense(5)
    layer.build((None, 5))

    def two_draws(between):
        keras.backend.clear_session()  # whose generator Keras 3.12 doesn't begin anew by a seed alone
        keras.utils.set_random_seed(7)
        keras.random.normal((3,))
        between()
        return np.array(keras.random.normal((3,))).tolist(), random.random(), np.random.rand()

    assert two_draws(lambda: redrawn(layer, "kernel", layer.kernel.numpy(), (0, 0))) == two_draws(lambda: None)
    assert two_draws(lambda: keras.random.normal((3,))) != two_draws(lambda: None)
