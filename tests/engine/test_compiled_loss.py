import functools

import keras
import pytest
from keras import layers, losses

from keras_explain.engine.compiled_loss import said_by_loss

SAID = [
    (losses.BinaryCrossentropy(from_logits=True), "sigmoid_logits"),
    (losses.CategoricalCrossentropy(from_logits=True), "softmax_logits"),
    (losses.SparseCategoricalCrossentropy(from_logits=True), "softmax_logits"),
    (functools.partial(losses.binary_crossentropy, from_logits=True), "sigmoid_logits"),
    ("sparse_categorical_crossentropy", "probabilities"),
    ("BinaryCrossentropy", "probabilities"),
    (losses.categorical_focal_crossentropy, "probabilities"),
    ("mse", "values"),
    (losses.Huber(), "values"),
    (losses.mean_absolute_error, "values"),
    ("hinge", None),
    (lambda y_true, y_pred: 0.0, None),
]


@pytest.fixture(scope="module")
def model():
    inputs = keras.Input((3,))
    return keras.Model(inputs, {"b": layers.Dense(1, name="b")(inputs), "a": layers.Dense(2, name="a")(inputs)})


@pytest.mark.parametrize("loss, said", SAID)
def test_what_losses_say(loss, said):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    assert said_by_loss(model) is None
    model.compile("adam", loss)
    assert said_by_loss(model) == said


def test_each_output_has_its_own_loss(model):
    model.compile("adam", {"a": losses.CategoricalCrossentropy(from_logits=True), "b": "mse"})
    said = [said_by_loss(model, ["b", "a"], output) for output in ("a", 1, -1, "b", 0, "c", 5, None)]
    assert said == ["softmax_logits"] * 3 + ["values"] * 2 + [None] * 3


def test_losses_may_be_a_list():
    inputs = keras.Input((3,))
    model = keras.Model(inputs, [layers.Dense(1, name="b")(inputs), layers.Dense(2, name="a")(inputs)])
    model.compile("adam", ["mse", losses.CategoricalCrossentropy(from_logits=True)])
    assert [said_by_loss(model, model.output_names, output) for output in (0, 1, -1, "a", 7)] == [
        "values",
        "softmax_logits",
        "softmax_logits",
        "softmax_logits",
        None,
    ]


def test_a_loaded_model_says_the_same(tmp_path):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("adam", losses.BinaryCrossentropy(from_logits=True))
    model.save(tmp_path / "model.keras")
    assert said_by_loss(keras.saving.load_model(tmp_path / "model.keras")) == "sigmoid_logits"
