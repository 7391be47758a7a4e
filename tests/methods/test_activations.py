import keras
import numpy as np
import pytest
from keras import layers

import keras_explain as kx
from keras_explain import Activations, LayerError, OptionError
from tests.networks import SHAPE, build


@pytest.mark.parametrize("layer", ["conv1", "pool", "norm", "last"])
def test_equal_the_output_of_a_model_that_ends_in_the_layer(layer, images):
    model = build("functional")
    wanted = keras.Model(model.inputs, model.get_layer(layer).output)(images)
    maps = Activations(model, layer, batch_size=4)(images)
    np.testing.assert_allclose(maps, wanted, atol=1e-6 * np.abs(wanted).max())
    assert maps.dtype == np.float32


@pytest.mark.parametrize(
    ("form", "path"),
    [
        ("nested_twice", "outer/inner/last"),
        ("functional_in_subclassed", "backbone/last"),
        ("tf_function", "last"),
        ("unknown_size", None),
    ],
)
def test_same_maps_from_every_form_of_the_same_weights(form, path, images):
    wanted = Activations(build("functional"))(images)
    explainer = Activations(build(form), path)
    np.testing.assert_allclose(explainer(images), wanted, atol=1e-5 * wanted.max())
    assert explainer.layer.endswith("last")


def test_of_channels_and_directions(images):
    model = build("functional")
    maps = Activations(model, "conv2")(images)
    np.testing.assert_array_equal(Activations(model, "conv2", 3)(images), maps[..., 3:4])
    np.testing.assert_array_equal(Activations(model, "conv2", [4, 0])(images), maps[..., [4, 0]])
    direction = [0.5, 0, -2.0, 0, 1.0]
    wanted = maps @ np.float32(direction)
    np.testing.assert_allclose(Activations(model, "conv2", direction)(images)[..., 0], wanted, atol=1e-5)


def test_resized_to_the_input(images):
    assert Activations(build("functional"), "last")(images).shape == (6, 6, 8, 5)
    assert Activations(build("functional"), "last", resize=True)(images).shape == (6, 12, 16, 5)


def test_no_class_has_a_part_in_them(images):
    explainer = Activations(build("functional"), "last")
    np.testing.assert_array_equal(explainer(images, 2), explainer(images))


def test_of_a_model_without_class_scores():
    x = inputs = keras.Input((8, 8, 1))
    x = layers.Conv2D(3, 3, padding="same", name="code")(x)
    model = keras.Model(inputs, {"image": layers.Conv2D(1, 3)(x), "length": layers.Dense(1)(layers.Flatten()(x))})
    assert Activations(model, "code")(np.ones((2, 8, 8, 1))).shape == (2, 8, 8, 3)


def test_beside_other_methods_and_in_the_callback(images, tmp_path):
    model = build("softmax_layer")
    explanation = kx.explain(model, images[:2], methods=["saliency", Activations(model, "conv1"), Activations])
    assert explanation.maps["activations conv1"].shape == (2, 12, 16, 4)
    assert explanation.maps["activations last"].shape == (2, 6, 8, 5)
    explanation.plot()
    explanation.save(tmp_path / "why")
    np.testing.assert_array_equal(
        kx.load(tmp_path / "why").maps["activations last"], explanation.maps["activations last"]
    )
    model.compile("sgd", "sparse_categorical_crossentropy")
    logger = kx.ExplanationLogger(images[:2], methods=[Activations(model, "conv1", 2)], log_dir=tmp_path)
    model.fit(images, np.arange(6) % 4, callbacks=[logger], verbose=0)
    assert list(tmp_path.glob("events*"))


def test_shares_a_pass_with_explainers_of_its_score(images):
    model = build("functional")
    calls, original = [], model.get_layer("conv1").activation
    model.get_layer("conv1").activation = lambda x: calls.append(1) or original(x)
    explainers = [kx.GradCAM(model, lazy=True), Activations(model, "conv1", score="logit", lazy=True)]
    kx.explain(model, images, methods=explainers)
    assert len(calls) == 1


def test_what_has_no_maps_is_refused():
    model = build("functional")
    with pytest.raises(LayerError, match="rank 4.*FeatureVisualization or most_exciting"):
        Activations(model, "logits")
    with pytest.raises(OptionError, match="from 0 to 4 of layer 'last', received 5"):
        Activations(model, "last", 5)
    with pytest.raises(OptionError, match="resize="):
        Activations(model, "last", resize=2)
    assert Activations(build("subclassed"), "last")(np.ones((1, *SHAPE))).shape == (1, 6, 8, 5)
