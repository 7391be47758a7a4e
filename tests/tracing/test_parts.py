import keras
import numpy as np
import pytest
from keras import layers

import keras_explain as kx

IMAGES = np.random.default_rng(0).random((2, 8, 8, 3), "float32")


def network():
    chain = [layers.Conv2D(4, 3, activation="relu", name="conv"), layers.Flatten(), layers.Dense(3, name="dense")]
    return keras.Sequential([keras.Input((8, 8, 3)), *chain], name="net")


CHANGES = {
    "'lora_enabled' of 'dense'": lambda model: model.get_layer("dense").enable_lora(2),
    "'activation' of 'conv'": lambda model: setattr(model.get_layer("conv"), "activation", keras.activations.tanh),
    "'dtype_policy' of 'dense'": lambda model: model.get_layer("dense").quantize("int8"),
    "of 'net'": lambda model: model.add(layers.Dense(2, name="more")),
}


@pytest.mark.parametrize("method", [kx.Saliency, kx.Occlusion, kx.ClassVisualization])
@pytest.mark.parametrize("change", CHANGES)
def test_a_model_that_was_changed_is_refused_by_what_was_traced_before(change, method):
    model = network()
    explainer = method(model)
    CHANGES[change](model)
    with pytest.raises(kx.ModelError, match=change):
        explainer(1) if method is kx.ClassVisualization else explainer(IMAGES, 1)


def test_training_changes_no_parts():
    model = network()
    explainer = kx.Saliency(model)
    model.compile("adam", "mse")
    model.fit(IMAGES, np.zeros((2, 3)), verbose=0)
    model.predict(IMAGES, verbose=0)
    model.get_layer("conv").trainable = False
    assert explainer(IMAGES, 1).any()
