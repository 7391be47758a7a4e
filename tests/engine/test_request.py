import keras
import pytest
from keras import layers

from keras_explain import ModelError
from keras_explain.engine.compiled import Compiled
from keras_explain.engine.request import Request
from tests.networks import Chain


def outputs_of(structure):
    """Returns a model whose outputs, in this structure of names, are dense layers that are named so."""
    inputs = keras.Input((4,))
    return keras.Model(inputs, keras.tree.map_structure(lambda name: layers.Dense(2, name=name)(inputs), structure))


def chosen(model, output):
    """Returns the name of the layer whose output is chosen."""
    return Request(model, output=output).chosen(model.output)._keras_history.operation.name


@pytest.mark.parametrize(
    "structure", [["species", "age"], {"species": "species", "age": "age"}, {"z": {"species": "species"}, "a": ["age"]}]
)
def test_outputs_are_numbered_as_they_were_written(structure):
    model = outputs_of(structure)
    assert [chosen(model, index) for index in (0, 1, -1, -2)] == ["species", "age", "age", "species"]
    with pytest.raises(ModelError, match="0 to 1, received 2"):
        chosen(model, 2)


def test_names_of_a_dictionary_are_its_keys():
    model = outputs_of({"kind": "dense_a", "size": "dense_b"})
    assert (chosen(model, "kind"), chosen(model, "size")) == ("dense_a", "dense_b")
    assert Request(model).output_names == ["kind", "size"]
    with pytest.raises(ModelError, match="one of kind, size, 0 to 1, received 'dense_a'"):
        chosen(model, "dense_a")
    with pytest.raises(ModelError, match=r"2 outputs \(kind, size\)"):
        chosen(model, None)


def test_names_within_a_nested_output():
    assert chosen(outputs_of({"z": {"species": "s"}, "a": ["b", "c"]}), "a/1") == "c"


def test_names_of_a_list_are_its_layers():
    model = outputs_of(["species", "age"])
    assert chosen(model, "age") == "age" and Request(model).output_names == ["species", "age"]
    assert Request(Chain([])).output_names == []


class Trainer(keras.Model):
    """Trains another model, without a `call`."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner


def test_a_model_that_cannot_be_called_is_refused():
    with pytest.raises(ModelError, match=r"no call\(\); build explainers on the model within, such as 'chain"):
        Compiled(Request(Trainer(Chain([]))))
