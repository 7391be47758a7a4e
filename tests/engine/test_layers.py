import keras
import pytest
from keras import layers, ops

from keras_explain.engine.layers import find_layer
from keras_explain.errors import LayerError
from keras_explain.methods.table import GradCAM
from keras_explain.tracing.layer_tree import layer_path, walk
from tests.networks import build


def test_walk_reaches_every_depth():
    paths = dict(walk(build("nested_twice")))
    assert {"outer", "outer/inner", "outer/inner/conv2", "logits"} <= set(paths)


def test_found_by_path_by_unique_name_and_by_itself():
    model = build("nested_twice")
    layer = find_layer(model, "outer/inner/conv2")
    assert find_layer(model, "conv2") is layer and find_layer(model, layer) is layer
    assert layer_path(model, layer) == "outer/inner/conv2"


def test_a_bare_name_that_stands_for_several_is_refused_with_their_paths():
    def branch(name):
        return keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(1, 1, name="conv")], name=name)

    inputs = keras.Input((4, 4, 1))
    model = keras.Model(inputs, ops.add(branch("left")(inputs), branch("right")(inputs)))
    with pytest.raises(LayerError, match="left/conv, right/conv"):
        find_layer(model, "conv")
    assert find_layer(model, "right/conv").name == "conv"


def test_a_layer_that_refers_back_to_its_model_is_entered_once():
    class Inner(layers.Layer):
        def call(self, x):
            return x

    class Outer(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = Inner(name="inner")
            self.inner.owner = self

    assert [path for path, _ in walk(Outer())][0] == "inner"


def test_an_unknown_name_is_refused_with_near_ones():
    with pytest.raises(LayerError, match="did you mean 'conv2'"):
        find_layer(build("functional"), "conv_2")
    with pytest.raises(LayerError, match="received 3"):
        find_layer(build("functional"), 3)


def gap_head(*chain):
    return keras.Sequential([keras.Input((8, 10, 2)), *chain, layers.GlobalAveragePooling2D(), layers.Dense(3)])


@pytest.mark.parametrize(
    ("chain", "last"),
    [
        ([layers.Conv2D(2, 3, name="a"), layers.ReLU(name="b")], "b"),
        ([layers.Conv2D(2, 3, name="a"), layers.MaxPooling2D(name="b")], "a"),
        ([layers.Conv2D(2, 3, name="a"), layers.AveragePooling2D(2, name="b")], "a"),
        ([layers.Conv2D(2, 3, name="a"), layers.Dropout(0.3, name="b")], "a"),
        ([layers.MaxPooling2D(name="a"), layers.Conv2D(2, 3, name="b")], "b"),
        ([layers.Conv2D(2, (8, 9), name="a"), layers.Conv2D(2, (1, 2), name="b")], "a"),
    ],
)
def test_last_spatial_layer(chain, last):
    assert GradCAM(gap_head(*chain)).layer == last


def test_last_spatial_layer_is_one_that_the_score_depends_on():
    inputs = keras.Input((8, 8, 2))
    classes = layers.Dense(3)(layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, name="seen")(inputs)))
    aside = layers.Conv2D(1, 3, name="aside")(inputs)
    assert GradCAM(keras.Model(inputs, [classes, aside]), output=0).layer == "seen"


def test_a_model_without_any_place_is_refused():
    with pytest.raises(LayerError, match="Saliency or Occlusion"):
        GradCAM(keras.Sequential([keras.Input((8, 8, 2)), layers.Flatten(), layers.Dense(3)]))


def test_calls_of_a_shared_layer_are_chosen_by_index():
    shared = layers.Conv2D(2, 3, padding="same", name="shared")
    x = inputs = keras.Input((8, 8, 2))
    for _ in range(2):
        x = shared(x)
    model = keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling2D()(x)))
    for call in (0, 1, -1):
        GradCAM(model, "shared", call=call)
    with pytest.raises(LayerError, match="called 2 times, received call=2"):
        GradCAM(model, "shared", call=2)


def test_a_layer_that_is_not_called_or_has_no_places_is_refused():
    model = build("functional")
    with pytest.raises(LayerError, match="not called"):
        GradCAM(model, layers.Conv2D(2, 3))
    with pytest.raises(LayerError, match="rank 4"):
        GradCAM(model, "logits")
