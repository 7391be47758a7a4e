import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import ExplainWarning, FeatureVisualization, InputError, LayerError, ModelError, OptionError
from keras_explain.methods.class_visualization import Natural
from keras_explain.methods.feature_visualization.closed import opened
from tests.networks import SHAPE, Chain, build, linear

NATURAL = {"recipe": "natural", "bounds": (0, 1)}


def scores_of(model, layer, images, channel, place=None):
    """Returns the activation of a channel for each image by a model that ends in the layer."""
    maps = keras.Model(model.inputs, model.get_layer(layer).output)(images).numpy()[..., channel]
    return maps.mean(axis=tuple(range(1, maps.ndim))) if place is None else maps[(slice(None), *place)]


def rectified(bias):
    """Returns a network whose channels are `ReLU(d I + b)`, with the difference `d I` to the place on the right."""
    convolution = layers.Conv2D(2, (1, 2), activation="relu", name="features")
    model = keras.Sequential([keras.Input((4, 4, 1)), convolution, layers.Flatten(), layers.Dense(2)])
    convolution.set_weights([np.array([[[[-1.0, 1.0]], [[1.0, -1.0]]]]), np.array(bias)])
    return model


@pytest.mark.parametrize("l2", [0.05, 1.0])
def test_of_a_linear_layer_is_its_weights_over_twice_l2(l2, rng):
    weights = rng.normal(size=(5, 6, 2, 3)).astype("float32")
    model = linear(weights)
    images = FeatureVisualization(model, model.layers[-1], [2, 0], l2=l2)(seed=1)
    wanted = np.stack([weights[..., 2], weights[..., 0]]) / (2 * l2)
    np.testing.assert_allclose(images, wanted, atol=1e-4 * np.abs(wanted).max())


def test_of_a_convolution_by_hand(rng):
    kernel, size = rng.normal(size=(2, 2, 1, 3)).astype("float32"), (4, 5)
    model = keras.Sequential([keras.Input((*size, 1)), layers.Conv2D(3, 2, use_bias=False), layers.ReLU()])
    model.layers[0].set_weights([kernel])
    unit = FeatureVisualization(model, model.layers[0], 1, (2, 0), l2=0.5)(seed=0)
    wanted = np.zeros((1, *size, 1))
    wanted[0, 2:4, 0:2] = kernel[..., 1]  # I = w / (2 l2) where the filter lies at this place
    np.testing.assert_allclose(unit, wanted, atol=1e-4)
    channel = FeatureVisualization(model, model.layers[0], 1, l2=0.5)(seed=0)
    wanted = sum(np.pad(kernel[..., 1], ((i, 2 - i), (j, 3 - j), (0, 0))) for i in range(3) for j in range(4)) / 12
    np.testing.assert_allclose(channel[0], wanted, atol=1e-4)
    direction = FeatureVisualization(model, model.layers[0], [0.5, -2.0, 0.0], (0, 3), l2=0.5)(seed=0)
    np.testing.assert_allclose(direction[0, 0:2, 3:5], 0.5 * kernel[..., 0] - 2 * kernel[..., 1], atol=1e-4)


@pytest.mark.parametrize("layer", ["conv1", "logits"])
def test_scores_are_the_channels_means(layer, images):
    model, start = build("functional"), images[:1]
    ascent = FeatureVisualization(model, layer, [3, 1], steps=40).run(initial=start)
    wanted = [scores_of(model, layer, start, channel)[0] for channel in (3, 1)]
    np.testing.assert_allclose(ascent.scores[0], wanted, rtol=1e-5, atol=1e-6)
    ends = [scores_of(model, layer, ascent.images[i : i + 1], channel)[0] for i, channel in enumerate((3, 1))]
    assert (ascent.scores[-1] > ascent.scores[0]).all() and (np.array(ends) > ascent.scores[0]).all()


@pytest.mark.parametrize(("unit", "place"), [([4, 7], (4, 7)), ("center", (6, 8))])
def test_scores_are_those_of_a_place(unit, place, images):
    model = build("functional")
    ascent = FeatureVisualization(model, "conv1", [1, 2], unit, steps=4).run(initial=images[:2])
    wanted = [scores_of(model, "conv1", images[i : i + 1], channel, place)[0] for i, channel in enumerate((1, 2))]
    np.testing.assert_allclose(ascent.scores[0], wanted, rtol=1e-5, atol=1e-6)


def test_directions_weigh_channels(images):
    model, weights = build("functional"), np.array([[1.0, 0, 0, -2], [0, 0.5, 0, 0]])
    found = FeatureVisualization(model, "conv1", weights, steps=2).run(initial=images[0]).scores[0]
    means = np.array([scores_of(model, "conv1", images[:1], channel)[0] for channel in range(4)])
    np.testing.assert_allclose(found, weights @ means, rtol=1e-5)


def test_same_images_from_every_form_of_the_same_weights():
    initial = np.random.default_rng(0).normal(size=SHAPE)
    wanted = FeatureVisualization(build("functional"), "last", [0, 3], steps=5).run(initial=initial)
    for form, path in (("nested_twice", "outer/inner/last"), ("functional_in_subclassed", "backbone/last")):
        found = FeatureVisualization(build(form), path, [0, 3], steps=5).run(initial=initial)
        np.testing.assert_allclose(found.images, wanted.images, atol=1e-4 * np.abs(wanted.images).max())
        np.testing.assert_allclose(found.scores, wanted.scores, rtol=1e-3, atol=1e-3)
    assert (found.scores[-1] > found.scores[0]).all()


def test_several_units_are_each_what_they_are_alone():
    model = build("functional")
    together = FeatureVisualization(model, "last", [0, 3, 4], steps=8, batch_size=2, **NATURAL).run(seed=5)
    alone = FeatureVisualization(model, "last", 4, steps=8, **NATURAL).run(seed=5)
    np.testing.assert_allclose(together.images[2:], alone.images, atol=1e-3 * np.abs(alone.images).max())
    np.testing.assert_allclose(together.scores[:, 2:], alone.scores, rtol=1e-3, atol=1e-3)


def test_is_repeatable_by_its_seed():
    visualization = FeatureVisualization(build("functional"), "conv2", [1, 2], steps=5, **NATURAL)
    first = visualization(seed=5)
    np.testing.assert_array_equal(visualization(seed=5), first)
    assert np.abs(visualization(seed=6) - first).max() > 0


def test_all_channels_of_a_layer_unless_they_are_many():
    model = build("functional")
    assert FeatureVisualization(model, "conv2", steps=1)(seed=0).shape == (5, *SHAPE)
    wide = keras.Sequential([keras.Input(SHAPE), layers.Conv2D(65, 1, name="wide")])
    with pytest.raises(OptionError, match=r"channel= for layer 'wide', which has 65: .*channel=range\(16\)"):
        FeatureVisualization(wide, "wide")
    assert FeatureVisualization(wide, "wide", range(60, 65), steps=1)(seed=0).shape == (5, *SHAPE)


def test_a_closed_relu_is_opened():
    # of a gray image both channels are 0 at all places, and so are their gradients
    visualization = FeatureVisualization(rectified([-0.3, -0.3]), "features", [0, 1], l2=0.01)
    ascent = visualization.run(initial=np.full((4, 4, 1), 0.5))
    assert (ascent.scores[0] == 0).all() and (ascent.scores[-1] > 0.1).all()
    natural = FeatureVisualization(build("functional"), "last", [0, 3], recipe="natural", bounds=(-9, 9), steps=20)
    ascent = natural.run(initial=np.full(SHAPE, 0.3), seed=0)
    assert (ascent.scores[0] == 0).all() and (ascent.scores[-1] > 0).all()


def test_an_open_channel_is_climbed_by_its_true_gradient():
    # mean ReLU(I_right - I - 0.3) is open between two places alone: its gradient is -1 / 12 and 1 / 12 there
    start = np.zeros((4, 4, 1))
    start[1, 2] = 1
    images = FeatureVisualization(rectified([-0.3, 0]), "features", 0, l2=1 / 24)(initial=start)
    np.testing.assert_allclose(images[0, 1, 1:3, 0], [-1, 1], atol=1e-3)
    images[0, 1, 1:3] = 0
    np.testing.assert_allclose(images, 0, atol=1e-3)


def test_of_a_dead_channel_it_is_told():
    # a difference of at most 1 doesn't open ReLU(d I - 9)
    visualization = FeatureVisualization(rectified([-9, 0]), "features", [0, 1], bounds=(0, 1), steps=40)
    with pytest.warns(ExplainWarning, match="channel 0 of 'features' stays at 0 .1 of 2 units.: its ReLU is closed"):
        ascent = visualization.run(seed=0)
    assert (ascent.scores[:, 0] == 0).all() and ascent.scores[-1, 1] > ascent.scores[0, 1]


def test_of_a_channel_at_its_end_it_is_told():
    chain = [keras.Input((4, 4, 1)), layers.Conv2D(1, 1, kernel_initializer="ones"), layers.ReLU(6.0, name="end")]
    with pytest.warns(ExplainWarning, match="channel 0 of 'end' stays at 6 .*no slope there.*choose the layer before"):
        FeatureVisualization(keras.Sequential(chain), "end", 0, l2=0, bounds=(0, 99), steps=40)(seed=0)


def test_of_an_image_at_its_bounds_nothing_is_told(recwarn):
    images = FeatureVisualization(rectified([0, 9]), "features", 1, l2=0, bounds=(0, 1), steps=60)(seed=0)
    assert set(np.unique(images)) <= {0, 1} or np.ptp(images) > 0.9
    assert not [found for found in recwarn if found.category is ExplainWarning]


def test_a_total_variation_that_is_weighted_for_logits_is_not_charged():
    model = build("functional")
    plain = FeatureVisualization(model, "conv1", 0, steps=3, regularizers=(), **NATURAL)(seed=1)
    recipe = Natural((0, 1), steps=3)
    np.testing.assert_array_equal(FeatureVisualization(model, "conv1", 0, recipe=recipe)(seed=1), plain)


def test_channels_first_are_made_as_channels_last():
    def in_layout(shape, layout):
        chain = [layers.Conv2D(4, 3, activation="relu", data_format=layout, name="tap"), layers.Flatten()]
        return keras.Sequential([keras.Input(shape), *chain, layers.Dense(3)])

    last, first = in_layout((12, 16, 3), "channels_last"), in_layout((3, 12, 16), "channels_first")
    first.layers[0].set_weights(last.layers[0].get_weights())
    wanted, made = (FeatureVisualization(model, "tap", [1, 3], (2, 9), steps=5)(seed=2) for model in (last, first))
    np.testing.assert_allclose(made, wanted, atol=1e-3 * np.abs(wanted).max())


def test_time_series_volumes_and_sizes_that_the_model_leaves_open():
    series = keras.Sequential([keras.Input((20, 2)), layers.Conv1D(3, 3, name="tap"), layers.Flatten()])
    assert FeatureVisualization(series, "tap", [0, 1], 4, steps=3)(seed=0).shape == (2, 20, 2)
    volume = keras.Sequential([keras.Input((6, 7, 8, 1)), layers.Conv3D(2, 3, name="tap"), layers.Flatten()])
    assert FeatureVisualization(volume, "tap", 1, (0, 1, 2), steps=3)(seed=0).shape == (1, 6, 7, 8, 1)
    unknown = build("unknown_size")
    made = FeatureVisualization(unknown, "conv1", 1, "center", size=(9, 11), steps=3)
    assert made(seed=0).shape == (1, 9, 11, 3) and made(initial=np.ones((5, 7, 3))).shape == (1, 5, 7, 3)
    with pytest.raises(OptionError, match="unit= within the places"):
        FeatureVisualization(unknown, "conv1", 1, (9, 0), size=(9, 11))(seed=0)


def test_tokens_are_places():
    inputs = keras.Input((8, 8, 3))
    tokens = layers.Reshape((16, 5))(layers.Conv2D(5, 2, 2)(inputs))
    model = keras.Model(inputs, layers.Dense(2)(layers.Flatten()(layers.LayerNormalization(name="norm")(tokens))))
    ascent = FeatureVisualization(model, "norm", 3, 7, steps=30).run(seed=0)
    assert ascent.images.shape == (1, 8, 8, 3) and ascent.scores[-1] > ascent.scores[0]


def test_a_model_without_class_scores_will_do():
    inputs = keras.Input((8, 8, 1))
    code = layers.Conv2D(3, 3, padding="same", name="code")(inputs)
    outputs = {"image": layers.Conv2D(1, 3, padding="same")(code), "size": layers.Dense(1)(layers.Flatten()(code))}
    ascent = FeatureVisualization(keras.Model(inputs, outputs), "code", 2, steps=10).run(seed=0)
    assert ascent.scores[-1] > ascent.scores[0]


def test_a_model_in_half_precision():
    with keras.DTypePolicy("mixed_float16") and warnings.catch_warnings():
        chain = [layers.Conv2D(4, 3, activation="relu", name="tap", dtype="mixed_float16"), layers.Flatten()]
        model = keras.Sequential([keras.Input((8, 8, 1)), *chain, layers.Dense(2, dtype="float32")])
    ascent = FeatureVisualization(model, "tap", 1, steps=10).run(seed=0)
    assert ascent.images.dtype == ascent.scores.dtype == np.float32 and ascent.scores[-1] > ascent.scores[0]


def test_the_model_stays_as_it_was(images):
    model = build("nested")
    before, answer = model.get_weights(), model.predict(images, verbose=0)
    FeatureVisualization(model, "backbone/conv2", 1, steps=5)(seed=0)
    for old, new in zip(before, model.get_weights()):
        np.testing.assert_array_equal(old, new)
    np.testing.assert_array_equal(model.predict(images, verbose=0), answer)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"channel": 5}, "channel= from 0 to 4 of layer 'conv2', received 5"),
        ({"channel": [0, -1]}, "received -1"),
        ({"channel": []}, "direction of 5 weights"),
        ({"channel": [0.5, 1.5]}, "direction of 5 weights"),
        ({"channel": "conv1"}, "direction of 5 weights"),
        ({"channel": True}, "direction of 5 weights"),
        ({"channel": np.zeros(5)}, "not all 0"),
        ({"channel": np.full(5, np.nan)}, "finite weights"),
        ({"unit": (1,)}, "2 whole numbers"),
        ({"unit": 3}, "2 whole numbers"),
        ({"unit": "middle"}, '"center"'),
        ({"unit": (1, 8)}, "within the places"),
        ({"unit": (-1, 0)}, "within the places"),
        ({"layer": "gap", "unit": (0,)}, "each channel of which is one"),
        ({"batch_size": 0}, "batch_size"),
        ({"steps": 0}, "steps"),
        ({"l2": 1, **NATURAL}, "belong to"),
        ({"size": (8, 8)}, "size"),
        ({"call": 0.5}, "call="),
    ],
)
def test_options_out_of_range_are_refused_before_any_work(given, message):
    with pytest.raises(OptionError, match=message):
        FeatureVisualization(build("functional"), **{"layer": "conv2", "channel": 1, **given})


def test_what_cannot_be_made_is_refused():
    model = build("functional")
    with pytest.raises(LayerError, match="conv2"):
        FeatureVisualization(model, "conv3", 0)
    for seed in (-1, "a"):
        with pytest.raises(OptionError, match="seed"):
            FeatureVisualization(model, "conv1", 0)(seed=seed)
    visualization = FeatureVisualization(model, "conv1", [0, 1, 2], steps=2)
    assert visualization(initial=np.zeros((3, *SHAPE))).shape == (3, *SHAPE)
    with pytest.raises(InputError, match="initial"):
        visualization(initial=np.zeros((2, *SHAPE)))
    with pytest.raises(InputError):
        visualization(initial=np.zeros((5, 5, 3)))
    subclassed = Chain([layers.Flatten(), layers.Dense(2, name="units")])
    with pytest.raises(InputError, match="initial="):
        FeatureVisualization(subclassed, "units", 0)(seed=0)
    with pytest.raises(OptionError, match="from 0 to 1"):
        FeatureVisualization(Chain([layers.Flatten(), layers.Dense(2, name="units")]), "units", 7)(
            initial=np.ones(SHAPE)
        )
    integer = [
        keras.Input(SHAPE, dtype="uint8"),
        layers.Rescaling(1 / 255),
        layers.Flatten(),
        layers.Dense(2, name="dense"),
    ]
    with pytest.raises(ModelError, match="feature visualization expects a score with a gradient .*uint8"):
        FeatureVisualization(keras.Sequential(integer), "dense", 0)(seed=0)
    inputs = [keras.Input((8, 8, 1)), keras.Input((3,))]
    joined = layers.Concatenate()([layers.Flatten()(inputs[0]), inputs[1]])
    with pytest.raises(ModelError, match="one input, received 2"):
        FeatureVisualization(keras.Model(inputs, layers.Dense(2, name="two")(joined)), "two", 0)


def test_the_rule_of_closed_relus_by_hand():
    def gate(signal):
        return signal * tf.constant([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0]])

    passed = opened(gate, tf.constant([[1.0, -2.0, 0.0], [4.0, 5.0, -6.0]]))
    assert passed.numpy().tolist() == [[1.0, 0.0, 0.0], [0.0, 5.0, 0.0]]
