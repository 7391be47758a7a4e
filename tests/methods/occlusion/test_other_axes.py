"""Series and volumes by parts, as images are: the scores are those of a forward pass a patch."""

import numpy as np
import pytest
from keras import layers

from keras_explain import Occlusion
from tests.methods.occlusion.comparison import assert_parts_give_the_same, between_convolutions, kinds_by_parts

SERIES = {
    "conv": lambda x: layers.Conv1D(4, 3, padding="same", activation="relu")(x),
    "conv_strided": lambda x: layers.Conv1D(5, 4, strides=2)(x),
    "conv_dilated": lambda x: layers.Conv1D(4, 3, dilation_rate=2, padding="same")(x),
    "conv_causal": lambda x: layers.Conv1D(4, 3, padding="causal")(x),
    "conv_dilated_causal": lambda x: layers.Conv1D(4, 3, dilation_rate=3, padding="causal")(x),
    "depthwise": lambda x: layers.DepthwiseConv1D(3, padding="same")(x),
    "depthwise_dilated": lambda x: layers.DepthwiseConv1D(3, dilation_rate=2)(x),
    "separable": lambda x: layers.SeparableConv1D(6, 3, strides=2, padding="same")(x),
    "norm": lambda x: layers.ReLU()(layers.BatchNormalization()(x)),
    "max_pool": lambda x: layers.MaxPooling1D(3, 2, "same")(x),
    "average_pool": lambda x: layers.AveragePooling1D(3, 2, "same")(x),
    "pad": lambda x: layers.ZeroPadding1D((1, 2))(x),
    "add": lambda x: layers.Add()([x, layers.Conv1D(x.shape[-1], 5, padding="same")(x)]),
    "concatenate": lambda x: layers.Concatenate()([layers.Conv1D(2, 1)(x), x]),
}
VOLUMES = {
    "conv": lambda x: layers.Conv3D(4, 3, padding="same", activation="relu")(x),
    "conv_dilated": lambda x: layers.Conv3D(4, (2, 3, 2), dilation_rate=(2, 1, 3), padding="same")(x),
    "conv_strided": lambda x: layers.Conv3D(5, (2, 3, 1), strides=2)(x),
    "norm": lambda x: layers.ReLU()(layers.BatchNormalization()(x)),
    "max_pool": lambda x: layers.MaxPooling3D(3, 2, "same")(x),
    "average_pool": lambda x: layers.AveragePooling3D(3, 2, "same")(x),
    "pad": lambda x: layers.ZeroPadding3D(((1, 0), (0, 2), (1, 1)))(x),
    "add": lambda x: layers.Add()([x, layers.Conv3D(x.shape[-1], 3, padding="same")(x)]),
    "concatenate": lambda x: layers.Concatenate()([layers.Conv3D(2, 1)(x), x]),
}


@pytest.mark.parametrize("kind", SERIES)
def test_series(kind, rng):
    model, series = between_convolutions((41, 3), SERIES[kind]), rng.normal(size=(2, 41, 3)).astype("float32")
    plan = assert_parts_give_the_same(model, series, 4, 3, series.mean(1), batch_size=7)
    assert kinds_by_parts(plan).count("Conv2D") >= 2


@pytest.mark.parametrize("kind", VOLUMES)
def test_volumes(kind, rng):
    shape = (9, 10, 12, 2)
    model, volumes = between_convolutions(shape, VOLUMES[kind]), rng.normal(size=(2, *shape)).astype("float32")
    plan = assert_parts_give_the_same(model, volumes, (2, 3, 4), (2, 2, 3), volumes.mean((1, 2, 3)), batch_size=11)
    assert kinds_by_parts(plan).count("Conv3D") >= 2


@pytest.mark.parametrize("shape", [(41, 3), (9, 10, 12, 2)])
def test_maps_are_those_of_the_plain_way(shape, rng):
    body = (SERIES if len(shape) == 2 else VOLUMES)["max_pool"]
    model, given = between_convolutions(shape, body), rng.normal(size=(2, *shape)).astype("float32")
    maps, wanted = (Occlusion(model, patch=3, stride=2, method=way)(given, 1) for way in ("incremental", "plain"))
    assert maps.shape == (2, *shape[:-1], 1) and np.ptp(wanted) > 1e-3
    np.testing.assert_allclose(maps, wanted, atol=1e-4 * np.ptp(wanted))
