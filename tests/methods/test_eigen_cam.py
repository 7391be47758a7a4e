import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import EigenCAM
from tests.networks import build


def combined(activations, gradients=None):
    gradients = np.zeros_like(activations) if gradients is None else gradients
    return EigenCAM.combine(tf.constant(activations), tf.constant(gradients)).numpy()


def by_svd(activations, slopes):
    """The formula in float64 for one image `(*spatial, K)`, its sign such that the score rises."""
    rows = activations.reshape(-1, activations.shape[-1]).astype("float64")
    direction = np.linalg.svd(rows)[2][0]
    return (rows @ direction * np.sign(direction @ slopes)).reshape(*activations.shape[:-1], 1)


def test_computed_by_hand():
    tap, dense = layers.Conv1D(2, 1, use_bias=False, name="tap"), layers.Dense(2, use_bias=False)
    model = keras.Sequential([keras.Input((2, 1)), tap, layers.GlobalAveragePooling1D(), dense])
    tap.set_weights([np.array([3.0, 4.0]).reshape(1, 1, 2)])
    dense.set_weights([np.array([[1.0, 0.0], [0.0, -1.0]])])
    # A = (x, x') (3, 4)^T: v_1 = (3, 4) / 5, and A v_1 = 5 x; class 1 falls along v_1
    image, explainer = np.array([[[1.0], [-2.0]]]), EigenCAM(model)
    np.testing.assert_allclose(explainer(image, 0)[0, :, 0], [5, -10], rtol=1e-6)
    np.testing.assert_allclose(explainer(image, 1)[0, :, 0], [-5, 10], rtol=1e-6)


@pytest.mark.parametrize("shape", [(50, 3), (2, 4), (3, 4, 6), (7, 7, 5), (2, 3, 4, 40)], ids=str)
@pytest.mark.parametrize("shift", [0, 1])
def test_equals_the_singular_value_decomposition(shape, shift, rng):
    activations = (rng.normal(size=(4, *shape)) + shift).astype("float32")
    gradients = rng.normal(size=activations.shape).astype("float32")
    slopes = gradients.astype("float64").sum(tuple(range(1, len(shape))))
    wanted = np.stack([by_svd(*pair) for pair in zip(activations, slopes)])
    np.testing.assert_allclose(combined(activations, gradients), wanted, atol=2e-4 * np.abs(wanted).max())
    largest = np.linalg.svd(activations.reshape(4, -1, shape[-1]), compute_uv=False)[:, 0]
    np.testing.assert_allclose((wanted**2).reshape(4, -1).sum(1), largest**2, rtol=1e-5)


def test_one_pattern_in_all_channels_is_the_map_in_full(rng):
    pattern, strengths = rng.normal(size=(3, 4, 1)), np.array([1.0, -2.0, 2.0])
    maps = combined((pattern * strengths)[np.newaxis].astype("float32"), np.ones((1, 3, 4, 3), "float32"))
    np.testing.assert_allclose(maps[0], 3 * pattern, rtol=1e-5)


@pytest.mark.parametrize("size", [1e-30, 1e-10, 1e10, 1e30])
def test_scales_with_the_activations(size, rng):
    activations = rng.random((2, 3, 4, 5)).astype("float32")
    np.testing.assert_allclose(
        combined(activations * np.float32(size)) / np.float32(size), combined(activations), rtol=1e-4
    )


def test_without_a_slope_the_sum_of_the_map_is_not_negative(rng):
    activations = rng.normal(size=(20, 3, 4, 5)).astype("float32")
    gradients = rng.normal(size=activations.shape).astype("float32")
    level = gradients - gradients.mean((1, 2), keepdims=True)  # sums to 0 but for rounding
    for maps in (combined(activations), combined(activations, level)):
        assert (maps.sum((1, 2, 3)) >= 0).all() and np.abs(maps).max() > 0
    np.testing.assert_array_equal(combined(activations), combined(activations, level))


def test_no_activation_is_a_map_of_zeros_and_no_number_stays_with_its_image(rng):
    activations = rng.random((4, 3, 4, 5)).astype("float32")
    alone = combined(activations[:1])
    activations[1] = 0
    activations[2, 0, 0, 0] = np.nan
    activations[3, 0, 0, 0] = np.inf
    maps = combined(activations)
    np.testing.assert_allclose(maps[:1], alone, rtol=1e-6)
    assert (maps[1] == 0).all() and not np.isfinite(maps[2:]).all((1, 2, 3)).any()


@pytest.mark.parametrize("layer", ["conv1", "last"])
def test_all_classes_have_one_map_up_to_its_sign(layer, images):
    model = build("unknown_size")
    names = {one.name: one.output for one in model.layers}
    features = keras.Model(model.inputs, names[layer])(images).numpy()
    explainer = EigenCAM(model, layer, resize=False)
    maps = np.stack([explainer(images, target) for target in range(4)])
    signs = np.sign((maps * maps[:1]).sum((2, 3, 4), keepdims=True))
    assert len(set(signs.ravel())) == 2
    np.testing.assert_allclose(maps * signs, np.broadcast_to(maps[:1], maps.shape), atol=1e-5 * maps.max())
    wanted = np.stack([by_svd(one, np.ones(one.shape[-1])) for one in features])
    np.testing.assert_allclose(np.abs(maps[0]), np.abs(wanted), atol=1e-4 * np.abs(wanted).max())


def test_the_sign_is_that_of_the_slope_behind_global_pooling(images):
    model = build("functional")
    features = keras.Model(model.inputs, model.get_layer("last").output)(images).numpy()
    kernel = model.get_layer("logits").get_weights()[0]
    for target in range(4):
        wanted = np.stack([by_svd(one, kernel[:, target]) for one in features])
        maps = EigenCAM(model, resize=False)(images, target)
        np.testing.assert_allclose(maps, wanted, atol=1e-4 * np.abs(wanted).max())
