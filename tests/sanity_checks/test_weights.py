import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import keras_explain as kx
from keras_explain.sanity_checks.weights import Weights
from tests.networks import SHAPE, build

FORMS = {"nested_twice": "outer/inner/", "tf_function": "", "held_in_a_dict": ""}


def weights_of(model, images, explainer=kx.GradCAM):
    explainer = explainer(model)
    maps = explainer(images)
    return explainer, maps, Weights(explainer.compiled, seed=0)


@pytest.mark.filterwarnings("ignore::keras_explain.ExplainWarning")
@pytest.mark.parametrize("form", FORMS)
def test_layers_come_from_the_top_each_with_its_own_weights(form, images):
    _, _, weights = weights_of(build(form), images)
    paths = [path + name for path, name in zip(["", *[FORMS[form]] * 3], ["logits", "norm", "conv2", "conv1"])]
    assert [layer.path for layer in weights.layers] == paths
    assert [len(layer.weights) for layer in weights.layers] == [2, 4, 2, 2]
    assert not any(layer.permuted + layer.kept for layer in weights.layers) and not weights.foreign


@pytest.mark.filterwarnings("ignore::keras_explain.ExplainWarning")
def test_redrawn_maps_are_those_of_a_model_that_holds_the_redrawn_weights(images):
    model, other = build("nested"), build("nested")
    explainer, before, weights = weights_of(model, images, kx.Saliency)
    expected = kx.Saliency(other)
    for chosen in ([], weights.layers[1:2], weights.layers):
        maps = weights.reading(chosen, lambda: explainer(images))
        assert np.array_equal(explainer(images), before)
        read = {reference: new for layer in chosen for reference, new in layer.weights.items()}
        for mine, variable in zip(model.weights, other.weights):
            variable.assign(read.get(mine.value.handle.ref(), mine))
        assert np.array_equal(expected(images), maps)
    norm = {
        name.name: weights.layers[1].weights[name.value.handle.ref()].numpy()
        for name in model.get_layer("backbone").get_layer("norm").weights
    }
    assert (norm["gamma"] == 1).all() and (norm["moving_variance"] == 1).all()
    assert not norm["beta"].any() and not norm["moving_mean"].any()


def test_a_shared_layer_is_redrawn_once_where_it_is_used_last(images):
    shared = layers.Conv2D(3, 3, padding="same", name="shared")
    x = inputs = keras.Input(SHAPE)
    x = layers.Conv2D(3, 1, name="between")(shared(x))
    x = layers.GlobalAveragePooling2D()(shared(x))
    model = keras.Model(inputs, layers.Dense(2, name="head")(x))
    _, _, weights = weights_of(model, images)
    assert [layer.path for layer in weights.layers] == ["head", "shared", "between"]


def test_only_what_leads_to_the_score_is_redrawn(images):
    inputs = keras.Input(SHAPE)
    x = layers.Conv2D(3, 3, name="conv")(inputs)
    x = layers.GlobalAveragePooling2D()(x)
    model = keras.Model(inputs, [layers.Dense(2, name="one")(x), layers.Dense(2, name="other")(x)])
    _, _, weights = weights_of(model, images, lambda model: kx.Saliency(model, output=0))
    assert [layer.path for layer in weights.layers] == ["one", "conv"]


class Own(layers.Layer):
    """A layer with weights of every kind."""

    def build(self, shape):
        self.scale = self.add_weight(
            shape=(shape[-1],), initializer=lambda shape, dtype: tf.range(1.0, 4.0), name="scale"
        )
        self.shift = self.add_weight(shape=(), initializer="zeros", name="shift")
        self.raw = tf.Variable([1.0, 2.0, 3.0])

    def call(self, x):
        return x * self.scale + self.raw + self.shift


def test_weights_without_a_known_initializer_are_permuted_and_told(images):
    held_nowhere = tf.Variable(2.0, name="held_nowhere")
    model = keras.Sequential([keras.Input(SHAPE), Own(name="own"), layers.Flatten(), layers.Dense(2, name="head")])
    explainer = kx.Saliency(model, score=lambda outputs, target: outputs[:, 0] * held_nowhere)
    explainer(images)
    weights = Weights(explainer.compiled, seed=0)
    own = weights.layers[1]
    assert own.path == "own" and set(own.permuted) == {"scale", "raw"} and own.kept == ("shift",)
    assert weights.foreign == ("held_nowhere:0",)
    assert all(sorted(new.numpy().ravel()) in ([0], [1, 2, 3]) for new in own.weights.values())


def test_a_score_of_no_weights_is_refused(images):
    model = keras.Sequential([keras.Input(SHAPE), layers.GlobalAveragePooling2D()])
    with pytest.raises(kx.MethodError, match="computed from weights of the layers"):
        weights_of(model, images, lambda model: kx.Saliency(model, head="values"))


def test_who_does_not_ask_the_compiled_model_is_refused(images):
    _, _, weights = weights_of(build("functional"), images)
    with pytest.raises(kx.MethodError, match="asks the model by its compiled function"):
        weights.reading(weights.layers, lambda: np.ones(3))
