"""The drops by hand, on networks that add up their pixels."""

import keras
import numpy as np
import pytest
from keras import layers

from keras_explain.judgment.hiding import SHARES, hiding
from keras_explain.metrics.scorer import Scorer


def found_by(weights, images, maps, by="value", places=6):
    model = keras.Sequential([keras.Input(images.shape[1:]), layers.Flatten(), layers.Dense(1, use_bias=False)])
    model.layers[-1].set_weights([weights.reshape(-1, 1)])
    scorer = Scorer(model, score="logit", head="values")
    batch = scorer.batch(images, 0)
    return hiding(scorer, batch, batch.targets, maps, by, places, 0, 0)


@pytest.mark.parametrize("shape", [(40, 1), (10, 20, 2), (5, 4, 10, 1)])
def test_drops_are_what_the_hidden_pixels_add_over_the_mean(shape, rng):
    weights, images = rng.normal(size=shape), rng.normal(size=(3, *shape)).astype("float32")
    maps = rng.normal(size=(3, *shape[:-1], 1))
    found = found_by(weights, images, maps)
    mean = images.mean(axis=tuple(range(1, images.ndim - 1)), keepdims=True)
    adds = (weights * (images - mean)).sum(-1).reshape(3, -1)
    order = np.argsort(-maps.reshape(3, -1), axis=1)
    count = [round(share * order.shape[1]) for share in SHARES]
    wanted = [np.mean([row[ranked[:some]].sum() for some in count]) for row, ranked in zip(adds, order)]
    np.testing.assert_allclose(found.drops, wanted, rtol=1e-4, atol=1e-5)
    assert found.elsewhere.shape == (3, 6)


def test_the_same_shape_is_hidden_elsewhere(rng):
    images = np.zeros((1, 20, 20, 1), "float32")
    images[0, :4, :5] = 1
    maps = images + rng.normal(scale=1e-3, size=images.shape)
    found = found_by(np.ones((20, 20, 1)), images, maps, places=30)
    # its brightest 6% are hidden first and all of it by 20%; elsewhere, few of the places that are equally dark are it
    assert found.drops[0] > 10 and (found.elsewhere < found.drops[0] / 4).all()
    assert found.drops[0] > found.elsewhere.max()


def test_by_magnitude_what_speaks_against_is_hidden_too(rng):
    images, weights = rng.normal(size=(1, 8, 10, 1)).astype("float32"), rng.normal(size=(8, 10, 1))
    maps = rng.normal(size=(1, 8, 10, 1))
    by_size = found_by(weights, images, maps, "magnitude")
    np.testing.assert_allclose(by_size.drops, found_by(weights, images, np.abs(maps)).drops, rtol=1e-5)
    assert abs(by_size.drops[0] - found_by(weights, images, maps).drops[0]) > 1e-3


def test_a_map_of_another_size_is_resized_and_ties_have_an_order_by_chance(rng):
    images, weights = rng.normal(size=(2, 8, 8, 1)).astype("float32"), np.ones((8, 8, 1))
    constant = found_by(weights, images, np.zeros((2, 4, 4, 1)))
    again = found_by(weights, images, np.zeros((2, 8, 8, 1)))
    np.testing.assert_allclose(constant.drops, again.drops, rtol=1e-5)
    rows = images.reshape(2, 64)
    first = (rows[:, :13] - rows.mean(1, keepdims=True)).sum(1)
    assert (np.abs(constant.drops - first) > 1e-3).all()
