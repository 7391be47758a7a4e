import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain.tracing.layer_calls import captured_calls
from tests.networks import FORMS, SHAPE, build


def names_of(model, inputs=None):
    """Returns the name of each call whose output is within reach, from one trace."""
    seen = []

    @tf.function(autograph=False)
    def trace(x):
        y, calls = captured_calls(lambda: model(x))
        seen.extend(call.operation.name for call in calls if call.output is not None)
        return y

    trace(np.zeros((2, *SHAPE), "float32") if inputs is None else inputs)
    return seen


@pytest.mark.parametrize("form", FORMS)
def test_reaches_the_layers_of_every_form_in_order(form):
    names = names_of(build(form))
    wanted = ["conv1", "pool", "conv2", "norm", "last", "gap", "logits"]
    assert [name for name in names if name in wanted] == wanted


def test_reaches_untracked_quantized_and_shared_layers_and_bare_operations():
    hidden = [layers.Conv2D(2, 1, name="hidden")]
    shared = layers.Dense(3, name="shared")

    class Custom(layers.Layer):
        def call(self, x):
            return hidden[0](x)

    x = inputs = keras.Input(SHAPE)
    x = keras.ops.tanh(Custom()(x))
    x = keras.ops.add(shared(shared(layers.Dense(3)(x))), 1.0)
    model = keras.Model(inputs, layers.Dense(2, name="int8")(layers.Flatten()(x)))
    model.get_layer("int8").quantize("int8")
    names = names_of(model)
    assert "hidden" in names and "int8" in names and names.count("shared") == 2
    assert any(name.startswith("tanh") for name in names) and any(name.startswith("add") for name in names)


def test_output_in_an_inner_graph_is_not_within_reach():
    inner = layers.Dense(2, name="inner")
    inner.build((3, 4))
    loop = layers.Lambda(lambda x: tf.map_fn(inner, x, fn_output_signature=tf.float32))
    model = keras.Sequential([keras.Input((3, 4)), loop])
    assert "inner" not in names_of(model, np.zeros((2, 3, 4), "float32"))


@pytest.mark.parametrize("broken", [False, True])
def test_leaves_keras_and_the_model_as_they_were(broken):
    class Breaks(layers.Layer):
        armed = False

        def call(self, x):
            if self.armed:
                raise RuntimeError("no")
            return x

    chain = [layers.Conv2D(2, 3), Breaks(), layers.Flatten()]
    model = keras.Sequential([keras.Input(SHAPE), *chain])
    chain[1].armed = broken
    function_class = type(tf.function(lambda: None))
    before = [dict(vars(owner)) for owner in (keras.Operation, keras.Layer, function_class, *chain)]
    try:
        names_of(model)
    except RuntimeError:
        assert broken
    after = [dict(vars(owner)) for owner in (keras.Operation, keras.Layer, function_class, *chain)]
    for old, new in zip(before[:3], after[:3]):
        assert old == new
    for old, new in zip(before[3:], after[3:]):
        assert old.keys() == new.keys() and "call" not in new
