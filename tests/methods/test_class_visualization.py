import random

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from tf_keras_vis.activation_maximization.input_modifiers import Jitter, Rotate2D, Scale
from tf_keras_vis.activation_maximization.regularizers import Norm, TotalVariation2D

from keras_explain import ClassVisualization, InputError, ModelError, OptionError, TargetError
from keras_explain.methods.class_visualization import Natural, Plain
from keras_explain.methods.synthesis.natural import whiten
from tests.networks import SHAPE, Chain, build, linear


@pytest.fixture
def weights(rng):
    return rng.normal(size=(5, 6, 2, 3)).astype("float32")


@pytest.mark.parametrize("l2", [0.01, 0.5, 4.0])
def test_of_a_linear_model_is_its_weights_over_twice_l2(weights, l2):
    images = ClassVisualization(linear(weights), l2=l2)([2, 0], seed=1)
    wanted = np.stack([weights[..., 2], weights[..., 0]]) / (2 * l2)
    np.testing.assert_allclose(images, wanted, atol=1e-4 * np.abs(wanted).max())


@pytest.mark.parametrize("optimizer", [keras.optimizers.SGD(0.2), keras.optimizers.Adam(0.1)])
def test_an_optimizer_of_the_users_finds_the_same(weights, optimizer):
    images = ClassVisualization(linear(weights), l2=0.5, optimizer=optimizer, steps=200)(1, seed=1)
    np.testing.assert_allclose(images[0], weights[..., 1], atol=1e-2)
    assert not optimizer.built, "the user's optimizer was used up"


def test_by_itself_raises_a_linear_score_by_200(weights):
    visualization = ClassVisualization(linear(weights))
    image = visualization(1, initial=np.zeros((5, 6, 2)))
    assert (image[0] * weights[..., 1]).sum() == pytest.approx(200, rel=1e-4)


def test_regularizers_are_charged(weights):
    # f - l2 ||I||^2 - 2 sum I: the weights less 2
    def total(images):
        return 2 * tf.reduce_sum(images, axis=[1, 2, 3])

    images = ClassVisualization(linear(weights), l2=0.5, regularizers=[total])([0, 1], seed=1)
    np.testing.assert_allclose(images, np.moveaxis(weights[..., :2], -1, 0) - 2, atol=1e-3)


def test_modifiers_are_called_before_each_step(weights):
    calls = []

    def shift(images):
        calls.append(np.asarray(images).copy())
        return np.roll(images, 1, axis=1)

    ClassVisualization(linear(weights), input_modifiers=[shift], steps=5)([0], initial=np.ones((5, 6, 2)))
    assert len(calls) == 5 and (calls[0] == 1).all() and (calls[1] != 1).any()


def test_takes_tf_keras_vis_regularizers_and_modifiers():
    model = build("softmax_layer")
    visualization = ClassVisualization(
        model,
        regularizers=[TotalVariation2D(0.1), Norm(0.1)],
        input_modifiers=[Jitter(2), Rotate2D(3), Scale(0.9, 1.1)],
        steps=30,
    )
    ascent = visualization.run([0, 2], seed=3)
    assert ascent.images.shape == (2, *SHAPE) and (ascent.scores[-1] > ascent.scores[0]).all()
    again = visualization.run([0, 2], seed=3)
    np.testing.assert_array_equal(ascent.images, again.images)


@pytest.mark.parametrize("options", [{}, {"recipe": "natural", "bounds": (0, 1)}])
def test_is_repeatable_by_its_seed_and_leaves_the_random_state_alone(options):
    visualization = ClassVisualization(build("functional"), steps=10, **options)
    np.random.seed(1)
    state, own_state = np.random.get_state()[1].copy(), random.getstate()
    first = visualization([1, 3], seed=5)
    np.testing.assert_array_equal(np.random.get_state()[1], state)
    assert random.getstate() == own_state
    np.testing.assert_array_equal(visualization([1, 3], seed=5), first)
    assert np.abs(visualization([1, 3], seed=6) - first).max() > 0


@pytest.mark.parametrize("form", ["nested", "subclassed_in_functional", "tf_function", "softmax_op", "unknown_size"])
def test_same_images_from_every_form_of_the_same_weights(form):
    initial = np.random.default_rng(0).normal(size=SHAPE)
    wanted = ClassVisualization(build("functional"), steps=10).run([0, 2], initial=initial)
    found = ClassVisualization(build(form), steps=10).run([0, 2], initial=initial)
    np.testing.assert_allclose(found.images, wanted.images, atol=1e-4 * np.abs(wanted.images).max())
    np.testing.assert_allclose(found.scores, wanted.scores, rtol=1e-3, atol=1e-3)
    assert found.scores.shape == (10, 2) and (found.scores[-1] > found.scores[0]).all()


@pytest.mark.parametrize("recipe", ["plain", "natural"])
def test_bounds_hold(recipe):
    images = ClassVisualization(build("functional"), recipe=recipe, bounds=(-0.2, 0.3), steps=40)([0, 1], seed=0)
    assert images.min() >= -0.2 and images.max() <= 0.3 and np.ptp(images) > 0.01


def test_natural_of_a_linear_model_is_its_weights_in_natural_frequencies(rng):
    weights = rng.normal(size=(16, 16, 3, 2)).astype("float32")
    visualization = ClassVisualization(
        linear(weights), recipe="natural", bounds=(-1, 1), input_modifiers=(), regularizers=(), steps=3
    )
    images = visualization([0, 1], initial=np.zeros((16, 16, 3)))
    wanted = whiten(tf.constant(np.moveaxis(weights, -1, 0))).numpy()
    for image, direction in zip(images, wanted):
        assert np.corrcoef(image.ravel(), direction.ravel())[0, 1] > 0.9


def test_modifiers_of_the_users_own_are_repeatable_too():
    def drawn_by_python(images):
        return images * random.uniform(0.9, 1.1)

    visualization = ClassVisualization(build("functional"), input_modifiers=[drawn_by_python], steps=4)
    state = random.getstate()
    first = visualization(1, seed=2)
    assert random.getstate() == state
    np.testing.assert_array_equal(visualization(1, seed=2), first)


def test_a_recipe_may_be_given_as_an_object():
    model = build("functional")
    for named, recipe in (
        ({"recipe": "natural", "bounds": (0, 1), "steps": 6}, Natural(bounds=(0, 1), steps=6)),
        ({"l2": 0.5, "steps": 6}, Plain(l2=0.5, steps=6)),
    ):
        wanted = ClassVisualization(model, **named)([1, 2], seed=4)
        np.testing.assert_array_equal(ClassVisualization(model, recipe=recipe)([1, 2], seed=4), wanted)
    with pytest.raises(OptionError, match="a recipe alone"):
        ClassVisualization(model, recipe=Plain(), steps=3)
    with pytest.raises(TypeError):
        ClassVisualization(model, step=3)


def test_channels_first_are_made_as_channels_last():
    def in_layout(shape, layout):
        conv, pool = layers.Conv2D(4, 3, activation="relu", data_format=layout), layers.GlobalAveragePooling2D(layout)
        return keras.Sequential([keras.Input(shape), conv, pool, layers.Dense(3)])

    last, first = in_layout((12, 16, 3), "channels_last"), in_layout((3, 12, 16), "channels_first")
    first.set_weights(last.get_weights())
    for options in ({}, {"recipe": "natural", "bounds": (0, 1)}):
        wanted, made = (ClassVisualization(model, steps=5, **options)(1, seed=2) for model in (last, first))
        np.testing.assert_allclose(made, wanted, atol=1e-3 * np.abs(wanted).max())
        assert ClassVisualization(first, steps=2, **options)(1, initial=made).shape == made.shape


def test_time_series_and_sizes_that_the_model_leaves_open():
    series = keras.Sequential([keras.Input((20, 2)), layers.Conv1D(3, 3), layers.Flatten(), layers.Dense(2)])
    assert ClassVisualization(series, steps=5)(1).shape == (1, 20, 2)
    assert ClassVisualization(build("unknown_size"), size=(9, 11), steps=5)([1, 2]).shape == (2, 9, 11, 3)
    with pytest.raises(OptionError, match="size="):
        ClassVisualization(build("unknown_size"))(1)


def test_the_model_stays_as_it_was():
    model = build("nested")
    before = model.get_weights()
    ClassVisualization(model, steps=5)(1)
    for old, new in zip(before, model.get_weights()):
        np.testing.assert_array_equal(old, new)


def test_shows_progress_when_asked_to(capsys):
    ClassVisualization(build("functional"), steps=20, verbose=1)(1)
    assert "step 20 of 20, took 0:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": 0}, "steps as a whole number from 1"),
        ({"bounds": (1, 0)}, "low < high"),
        ({"bounds": (0, 1, 2)}, "low, high"),
        ({"l2": -1}, "l2 as a number from 0"),
        ({"recipe": "pretty"}, "pretty"),
        ({"recipe": "natural"}, "bounds"),
        ({"recipe": "natural", "bounds": (0, 1), "l2": 0.1}, "belong to"),
        ({"verbose": 3}, "verbose"),
        ({"bounds": 3}, "bounds"),
        ({"bounds": (0, np.inf)}, "bounds"),
        ({"l2": "a"}, "l2"),
        ({"optimizer": "adam"}, "keras.optimizers"),
        ({"regularizers": [3]}, "list of functions"),
        ({"input_modifiers": np.sin}, "list of functions"),
        ({"size": (8, 8)}, "size"),
        ({"size": "a"}, "size"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(OptionError, match=message):
        ClassVisualization(build("functional"), **options)(1)


def test_a_modifier_that_changes_the_shape_is_refused():
    for recipe in ("plain", "natural"):
        modifiers = [lambda images: images[:, 1:]]
        visualization = ClassVisualization(build("functional"), recipe=recipe, bounds=(0, 1), input_modifiers=modifiers)
        with pytest.raises(OptionError, match="keep the shape"):
            visualization(1)


@pytest.mark.parametrize("seed", [-1, "a"])
def test_a_seed_that_is_none_is_refused(seed):
    with pytest.raises(OptionError, match="seed"):
        ClassVisualization(build("functional"))(1, seed=seed)


@pytest.mark.parametrize("target", [None, [], 4, [0, -1], 1.5])
def test_targets_out_of_range_are_refused(target):
    with pytest.raises(TargetError):
        ClassVisualization(build("functional"))(target)


def test_initial_images_that_do_not_fit_are_refused():
    visualization = ClassVisualization(build("functional"), steps=3)
    assert visualization([0, 1], initial=np.zeros((2, *SHAPE))).shape == (2, *SHAPE)
    with pytest.raises(InputError):
        visualization([0, 1, 2], initial=np.zeros((2, *SHAPE)))
    with pytest.raises(InputError):
        visualization([0, 1], initial=np.zeros((5, 5, 3)))


def test_models_that_it_cannot_make_an_input_for_are_refused():
    with pytest.raises(InputError, match="initial="):
        ClassVisualization(Chain([layers.Flatten(), layers.Dense(2)]))(0)
    integer = [keras.Input(SHAPE, dtype="uint8"), layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(2)]
    with pytest.raises(ModelError, match="uint8"):
        ClassVisualization(keras.Sequential(integer))(0)
    series = keras.Sequential([keras.Input((20, 2)), layers.Flatten(), layers.Dense(2)])
    with pytest.raises(ModelError, match="expects 2 spatial axes, received 1"):
        ClassVisualization(series, recipe="natural", bounds=(0, 1))(0)
    inputs = [keras.Input((8, 8, 1)), keras.Input((3,))]
    joined = layers.Concatenate()([layers.Flatten()(inputs[0]), inputs[1]])
    with pytest.raises(ModelError, match="one input, received 2"):
        ClassVisualization(keras.Model(inputs, layers.Dense(2)(joined)))


@pytest.mark.parametrize("recipe", ["plain", "natural"])
def test_outputs_that_are_not_what_they_were_taken_for_are_refused(recipe):
    chain = [
        keras.Input((6, 6, 3)),
        layers.Flatten(),
        layers.Dense(4),
        layers.Activation("tanh"),
        layers.Rescaling(9.0),
    ]
    explainer = ClassVisualization(keras.Sequential(chain), score="probability", recipe=recipe, bounds=(0, 1), steps=2)
    with pytest.raises(ModelError, match="expected an output of probabilities, received values from"):
        explainer(1)
