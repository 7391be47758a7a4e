import base64
import dataclasses
import io
import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from matplotlib.figure import Figure
from PIL import Image

from keras_explain import (
    CAM,
    Explanation,
    GradCAM,
    GuidedGradCAM,
    InputError,
    LayerError,
    MethodError,
    ModelError,
    Occlusion,
    OptionError,
    Saliency,
    TargetError,
    explain,
    load,
)
from keras_explain.methods.explainer import Explainer
from keras_explain.visual.picture import attribution_picture
from tests.methods.test_every_method import count_traces
from tests.networks import build, without_relu

ALL = ["cam", "grad_cam", "guided_backprop", "guided_grad_cam", "saliency", "occlusion"]
TRACED = ALL[:-1]
NAMES = ["ant", "bee", "cat", "dog"]


@pytest.mark.parametrize("form", ["softmax_layer", "subclassed", "unknown_size"])
def test_maps_are_those_of_each_method_alone(form, images):
    model = build(form)
    explanation = explain(model, images, [0, 1, 2, 3, 0, 1])
    assert list(explanation.maps) == ALL
    for method in (CAM, GradCAM, GuidedGradCAM, Saliency, Occlusion):
        wanted = method(model)(images, [0, 1, 2, 3, 0, 1])
        np.testing.assert_allclose(explanation.maps[method.key], wanted, rtol=1e-4, atol=1e-5)
    assert explanation.signed == ("guided_backprop", "guided_grad_cam") and not explanation.left_out
    assert len(set(explanation.layers.values())) == 1 and set(explanation.layers) == {
        "cam",
        "grad_cam",
        "guided_grad_cam",
    }
    np.testing.assert_array_equal(explanation.images, images)


def test_targets_scores_and_probabilities(images):
    model = build("softmax_layer")
    probabilities = model(images).numpy()
    explanation = explain(model, images, methods=["cam"], score="probability")
    np.testing.assert_array_equal(explanation.targets, probabilities.argmax(axis=1))
    np.testing.assert_allclose(explanation.scores, probabilities.max(axis=1), rtol=1e-5)
    np.testing.assert_allclose(explanation.probabilities, probabilities, rtol=1e-5)


@pytest.mark.parametrize("target", [None, "top3"])
def test_one_trace_for_all_methods(images, target):
    model = build("functional")
    traces = count_traces(model)
    explain(model, images, target, TRACED)
    assert len(traces) == 1


def test_one_trace_even_if_methods_are_left_out(images):
    model = without_relu()
    traces = count_traces(model)
    explanation = explain(model, images, methods=TRACED)
    assert len(traces) == 1
    assert list(explanation.maps) == ["grad_cam", "saliency"]
    np.testing.assert_allclose(explanation.maps["saliency"], Saliency(model)(images), rtol=1e-4, atol=1e-6)
    assert set(explanation.left_out) == {"cam", "guided_backprop", "guided_grad_cam"}
    assert "without any" in explanation.left_out["guided_backprop"]


def test_the_most_probable_classes_stand_side_by_side(images):
    model = build("softmax_layer")
    explanation = explain(model, images, "top3", ["grad_cam", "occlusion"])
    np.testing.assert_array_equal(explanation.targets, np.argsort(-model(images).numpy(), axis=1)[:, :3])
    assert explanation.scores.shape == (6, 3) and explanation.maps["grad_cam"].shape == (6, 3, 12, 16, 1)
    for rank in range(3):
        for method in (GradCAM, Occlusion):
            wanted = method(model)(images, explanation.targets[:, rank])
            np.testing.assert_allclose(explanation.maps[method.key][:, rank], wanted, rtol=1e-4, atol=1e-5)


def test_of_a_saturated_network_the_first_is_the_predicted_class():
    logits = layers.Dense(3, activation="softmax", bias_initializer=keras.initializers.Constant([500.0, 0.0, 900.0]))
    model = keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(1, 1), layers.GlobalAveragePooling2D(), logits])
    assert explain(model, np.zeros((1, 4, 4, 1)), "top3", ["saliency"]).targets.tolist() == [[2, 0, 1]]


def test_options_reach_the_methods(images):
    model = build("functional")
    own = Occlusion(model, patch=6, stride=3)
    explanation = explain(model, images, 2, ["grad_cam", GuidedGradCAM, own], layer="conv1", batch_size=4)
    assert explanation.layers == {"grad_cam": "conv1", "guided_grad_cam": "conv1"}
    np.testing.assert_allclose(explanation.maps["grad_cam"], GradCAM(model, "conv1")(images, 2), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(explanation.maps["occlusion"], own(images, 2), rtol=1e-4, atol=1e-6)
    assert explanation.settings == {
        "model": "flat",
        "target": 2,
        "layer": "conv1",
        "score": "logit",
        "input": None,
        "output": None,
    }
    assert list(explanation.versions) == ["keras_explain", "keras", "tensorflow", "numpy"]


def test_several_layers_are_saved_by_their_paths(images, tmp_path):
    model = build("functional")
    explanation = explain(model, images[:1], 2, ["layer_cam"], layer=[model.get_layer("conv1"), "last"])
    explanation.save(tmp_path / "why")
    assert load(tmp_path / "why").settings["layer"] == ["conv1", "last"]
    assert load(tmp_path / "why").layers == {"layer_cam": "conv1 + last"}


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"methods": ["gramcad"]}, OptionError, "did you mean"),
        ({"layer": "conv_1"}, LayerError, "did you mean 'conv1'"),
        ({"layer": "conv1", "methods": ["cam"]}, OptionError, "layer='conv1' for none"),
        ({"layer": "logits"}, LayerError, "rank 4|spatial"),
        ({"target": 4}, TargetError, "from 0 to 3"),
        ({"target": "top5"}, TargetError, "at least 5 classes"),
        ({"target": "best"}, TargetError, '"top3"'),
        ({"target": "top2", "score": lambda outputs, target: outputs[:, 0]}, TargetError, "custom score"),
        ({"class_names": ["a"]}, OptionError, "4 classes"),
        ({"batch_size": 0}, OptionError, "batch_size"),
        ({"display": lambda images: images[:1]}, InputError, "expected display= to return shape"),
        ({"display": lambda images: images[..., :2]}, InputError, "to show"),
    ],
)
def test_what_is_wrong_is_refused(options, error, message, images):
    with pytest.raises(error, match=message):
        explain(build("functional"), images, **options)


def test_when_no_method_applies_all_reasons_are_told(images):
    with pytest.raises(MethodError, match="cam: .*guided_backprop: .*without any"):
        explain(without_relu(), images, methods=["cam", "guided_backprop"])


def test_a_method_of_somebody_elses_that_refuses_is_left_out(images):
    class Picky(Explainer):
        key, title = "picky", "Picky"

        def __call__(self, images, target=None):
            raise MethodError("not today")

    explanation = explain(build("functional"), images, methods=["cam", Picky()])
    assert list(explanation.maps) == ["cam"] and explanation.left_out == {"picky": "not today"}


def test_a_model_that_is_not_built_yet(images):
    chain = [layers.Conv2D(3, 3, activation="relu"), layers.GlobalAveragePooling2D(), layers.Dense(2)]
    explanation = explain(keras.Sequential(chain), images, methods=ALL)
    assert list(explanation.maps) == ALL
    assert list(explain(keras.Sequential([layers.Flatten(), layers.Dense(2)]), images).maps) == [
        "saliency",
        "occlusion",
    ]


def test_several_inputs_and_a_dataset(images, rng):
    picture, number = keras.Input((12, 16, 3), name="picture"), keras.Input((2,), name="number")
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, activation="relu")(picture))
    model = keras.Model([picture, number], layers.Dense(3)(layers.Concatenate()([x, number])))
    numbers = rng.normal(size=(6, 2)).astype("float32")
    explanation = explain(model, [images, numbers], methods=["grad_cam", "saliency"])
    np.testing.assert_array_equal(explanation.images, images)
    data = tf.data.Dataset.from_tensor_slices(((images, numbers), np.zeros(6))).shuffle(6, seed=1).batch(4)
    shuffled = explain(model, data, "top2", methods=["saliency"])
    for image, maps in zip(shuffled.images, shuffled.maps["saliency"]):
        same = int(np.abs(images - image).sum(axis=(1, 2, 3)).argmin())
        np.testing.assert_allclose(maps[0], explanation.maps["saliency"][same], rtol=1e-4, atol=1e-6)


def test_data_that_are_read_part_by_part(images, tmp_path):
    model = keras.Sequential([keras.Input((12, 16, 3)), layers.Conv2D(4, 3, activation="relu"), layers.Flatten()])
    model.add(layers.Dense(3))
    wanted = explain(model, images, methods=["saliency"])
    assert wanted.labels is None
    batches = [(images[:4], np.array([0, 1, 2, -1])), (images[4:], np.array([1, 1]))]
    found = explain(model, iter(batches), methods=["saliency"])
    np.testing.assert_allclose(found.maps["saliency"], wanted.maps["saliency"], rtol=1e-4, atol=1e-6)
    assert found.labels.tolist() == [0, 1, 2, -1, 1, 1]
    assert explain(model, iter(batches), methods=["saliency"], labels=False).labels is None

    for number, pixels in enumerate((np.abs(images[:3]) * 60).clip(0, 255).astype("uint8")):
        (tmp_path / "ant").mkdir(exist_ok=True)
        Image.fromarray(pixels).save(tmp_path / "ant" / f"{number}.png")
    of_folder = explain(model, tmp_path, methods=["saliency"], class_names=["ant", "bee", "cat"])
    assert len(of_folder.images) == 3 and of_folder.labels.tolist() == [0, 0, 0]
    (tmp_path / "ant" / "x.png").write_bytes(b"no picture")
    with pytest.raises(InputError, match="'ant/x.png'.*kx.audit"):
        explain(model, tmp_path, class_names=["ant", "bee", "cat"])
    with pytest.raises(InputError, match="at least one image"):
        explain(model, iter([]))


def test_a_custom_score_of_a_segmentation(images):
    model = keras.Sequential([keras.Input((12, 16, 3)), layers.Conv2D(2, 3, activation="relu"), layers.Conv2D(2, 1)])
    explanation = explain(model, images, score=lambda outputs, target: tf.reduce_mean(outputs[..., 1], (1, 2)))
    assert "cam" in explanation.left_out and "grad_cam" in explanation.maps
    assert explanation.probabilities is None and (explanation.targets == -1).all()
    assert explanation.plot().axes[0].get_title() == f"score {explanation.scores[0]:.3g}"


def network(rank, channels=2):
    conv, pool = (getattr(layers, f"{kind}{rank}D") for kind in ("Conv", "GlobalAveragePooling"))
    chain = [conv(3, 3, activation="relu"), pool(), layers.Dense(4, activation="softmax")]
    return keras.Sequential([keras.Input((*[8] * rank, channels)), *chain])


@pytest.mark.parametrize(("rank", "channels"), [(1, 2), (3, 1)])
@pytest.mark.parametrize("target", [None, "top2"])
def test_time_series_and_volumes(rank, channels, target, rng, tmp_path):
    inputs = rng.normal(size=(2, *[8] * rank, channels)).astype("float32")
    explanation = explain(network(rank, channels), inputs, target)
    assert list(explanation.maps) == ALL and explanation.shown.shape[-1] == (channels if rank == 1 else 3)
    assert isinstance(explanation.plot(), Figure)
    explanation.save(tmp_path / "why")
    assert len(list((tmp_path / "why" / "pictures").iterdir())) == 2 * (1 + len(ALL) * (2 if target else 1))


def test_channels_first_are_kept_and_shown_last(rng):
    def in_layout(shape, layout):
        conv, pool = layers.Conv2D(4, 3, activation="relu", data_format=layout), layers.GlobalAveragePooling2D(layout)
        return keras.Sequential([keras.Input(shape), conv, pool, layers.Dense(3)])

    last, first = in_layout((12, 16, 3), "channels_last"), in_layout((3, 12, 16), "channels_first")
    first.set_weights(last.get_weights())
    images = rng.normal(size=(2, 12, 16, 3)).astype("float32")
    explanation, wanted = explain(first, np.moveaxis(images, -1, 1)), explain(last, images)
    np.testing.assert_array_equal(explanation.images, images)
    for name, maps in wanted.maps.items():
        np.testing.assert_allclose(explanation.maps[name], maps, rtol=1e-3, atol=1e-5)
    assert len(explanation.plot().axes) == len(wanted.plot().axes)


def test_what_cannot_be_shown_is_explained_all_the_same(rng, tmp_path):
    inputs = rng.normal(size=(2, 8, 8, 2)).astype("float32")
    explanation = explain(network(2), inputs, methods=["grad_cam"])
    assert explanation.shown is None and explanation._repr_png_() is None and "grad_cam" in explanation._repr_html_()
    with pytest.raises(InputError, match="display="):
        explanation.plot()
    explanation.save(tmp_path / "why")
    assert load(tmp_path / "why").shown is None
    shown = explain(network(2), inputs, methods=["grad_cam"], display=lambda images: images[..., :1])
    assert shown.shown.shape == (2, 8, 8, 3)


def titles(figure):
    return [axis.get_title() for axis in figure.axes]


def test_plot_has_one_row_an_image_and_one_column_a_method(images):
    model = build("softmax_layer")
    explanation = explain(model, images[:2], methods=["cam", "grad_cam", "guided_backprop"], class_names=NAMES)
    figure = explanation.plot()
    top = [f"{NAMES[c]}  {p:.0%}" for c, p in zip(explanation.targets, explanation.probabilities.max(axis=1))]
    assert titles(figure) == [top[0], "CAM", "Grad-CAM", "Guided backpropagation", top[1], "", "", ""]
    for row in range(2):
        for column, (name, maps) in enumerate(explanation.maps.items(), start=1):
            picture = figure.axes[4 * row + column].images[0].get_array()
            is_guided = name == "guided_backprop"
            wanted = attribution_picture(explanation.shown[row], maps[row], is_guided, fine=is_guided)
            np.testing.assert_array_equal(picture, wanted)


def test_plot_says_what_the_network_prefers(images):
    model = build("softmax_layer")
    worst = model(images).numpy().argmin(axis=1)
    explanation = explain(model, images, worst, ["cam"], class_names=NAMES)
    assert titles(explanation.plot())[0].startswith(NAMES[worst[0]])
    assert f"predicted: {NAMES[explanation.probabilities[0].argmax()]}" in titles(explanation.plot())[0].replace(
        "\n", " "
    )


def test_plot_has_one_column_a_class(images):
    explanation = explain(build("softmax_layer"), images[:2], "top2", ["cam", "grad_cam"], class_names=NAMES)
    figure = explanation.plot()
    assert len(figure.axes) == 2 * 2 * 3
    for i in range(2):
        classes = [f"{NAMES[c]}  {explanation.probabilities[i, c]:.0%}" for c in explanation.targets[i]]
        assert titles(figure)[6 * i : 6 * i + 3] == ["input", *classes]
    assert [figure.axes[3 * row].get_ylabel() for row in range(4)] == ["CAM", "Grad-CAM"] * 2


def test_shows_itself_in_a_notebook(images):
    explanation = explain(without_relu(), np.tile(images, (2, 1, 1, 1)), methods=["cam", "saliency"])
    with Image.open(io.BytesIO(explanation._repr_png_())) as picture:
        assert picture.format == "PNG" and picture.height > picture.width
    page = explanation._repr_html_()
    assert base64.b64encode(explanation._repr_png_()).decode()[:100] in page
    assert "cam is left out: " in page and "the first 8 of 12 images" in page
    assert repr(explanation) == "<Explanation of 12 images by saliency>"


def test_images_are_chosen_by_index(images):
    explanation = explain(build("functional"), images, methods=["cam"])
    assert len(explanation) == 6 and len(explanation[2:5]) == 3 and len(explanation[-1]) == 1
    np.testing.assert_array_equal(explanation[-1].maps["cam"], explanation.maps["cam"][5:])
    np.testing.assert_array_equal(explanation[2:5].scores, explanation.scores[2:5])
    assert [len(one) for one in explanation] == [1] * 6
    with pytest.raises(dataclasses.FrozenInstanceError):
        explanation.scores = None


@pytest.mark.parametrize("target", [None, "top2"])
def test_what_is_saved_is_read_back(images, tmp_path, target):
    model = build("softmax_layer")
    methods = [GradCAM(model, "conv1"), "grad_cam", "guided_backprop"]
    explanation = explain(model, images, target, methods, class_names=["ant", "bée", "猫", "dog"])
    explanation.save(tmp_path / "why")
    found = load(tmp_path / "why")
    assert isinstance(found, Explanation)
    for field in dataclasses.fields(Explanation):
        old, new = getattr(explanation, field.name), getattr(found, field.name)
        if isinstance(old, np.ndarray):
            assert old.dtype == new.dtype
            np.testing.assert_array_equal(old, new)
        elif field.name == "source":
            assert old.request.model is model and new is None
        elif field.name == "maps":
            assert list(old) == list(new)
            for name in old:
                np.testing.assert_array_equal(old[name], new[name])
        else:
            assert old == new, field.name
    with Image.open(tmp_path / "why" / "plot.png") as picture:
        assert picture.size[0] > 300
    names = ["input", "grad_cam_conv1", "grad_cam_last", "guided_backprop"]
    if target is None:
        assert sorted(p.name for p in (tmp_path / "why" / "pictures").iterdir()) == sorted(
            f"{i}_{name}.png" for i in range(6) for name in names
        )
    explanation[:1].save(tmp_path / "why")
    assert len(load(tmp_path / "why")) == 1 and list(tmp_path.iterdir()) == [tmp_path / "why"]


def test_half_precision_is_saved_without_pickle(images, tmp_path):
    inputs = keras.Input((12, 16, 3), dtype="bfloat16")
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(3, 3, activation="relu", dtype="mixed_bfloat16")(inputs))
    explanation = explain(keras.Model(inputs, layers.Dense(4)(x)), images)
    explanation.save(tmp_path / "why")
    found = load(tmp_path / "why")
    assert list(found.maps) == ALL and {maps.dtype for maps in found.maps.values()} == {np.dtype("float32")}
    np.testing.assert_allclose(found.images, images, rtol=0.01)


def test_a_failed_save_leaves_nothing_behind(images, tmp_path):
    explanation = explain(build("functional"), images, methods=["cam"])
    broken = dataclasses.replace(explanation, settings={"model": object()})
    with pytest.raises(TypeError, match="JSON"):
        broken.save(tmp_path / "why")
    assert not list(tmp_path.iterdir())
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(OptionError, match="other files"):
        explanation.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_only_an_explanation_is_loaded(tmp_path):
    with pytest.raises(InputError, match="a keras_explain explanation"):
        load(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"kind": "cake"}))
    with pytest.raises(InputError, match="says otherwise"):
        load(tmp_path)


def test_a_model_of_several_outputs_says_which_are_there(images):
    x = inputs = keras.Input((12, 16, 3))
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, activation="relu")(x))
    model = keras.Model(inputs, {"kind": layers.Dense(3)(x), "age": layers.Dense(1)(x)})
    with pytest.raises(ModelError, match="output="):
        explain(model, images)
    assert explain(model, images, output="kind").probabilities.shape == (6, 3)
    explanation = explain(model, images, output="age", methods=["saliency"])
    assert explanation.probabilities is None
    assert titles(explanation.plot())[0] == f"score {explanation.scores[0]:.3g}"


def test_a_loop_over_images_ends_and_other_indices_are_refused(images):
    explanation = explain(build("sequential"), images[:2], methods=["saliency"])
    assert [len(one) for one in explanation] == [1, 1] and len(explanation[-1]) == len(explanation[np.int64(1)]) == 1
    for chosen in (2, "x", 0.0, None, True, [0], slice(0, 1, 0)):
        with pytest.raises(OptionError, match="expected an index"):
            explanation[chosen]


def test_a_score_that_cannot_be_hashed_is_a_function_all_the_same(images):
    @dataclasses.dataclass
    class First:
        unit: int = 0

        def __call__(self, outputs, target):
            return outputs[:, self.unit]

    model = build("sequential")
    explanation = explain(model, images[:2], methods=["saliency", "grad_cam"], score=First())
    np.testing.assert_allclose(explanation.scores, model.predict(images[:2], verbose=0)[:, 0], rtol=1e-5)


@pytest.mark.parametrize("returned", [None, 3, "x", np.zeros(2), np.zeros((3, 4, 4, 1)), np.full((2, 4, 4, 1), "x")])
def test_what_an_explainer_returns_is_held_against_the_images(images, returned):
    class Own(Saliency):
        key = "own"

        def __call__(self, images, target=None):
            return returned

    with pytest.raises(MethodError, match="maps of own as numbers"):
        explain(build("sequential"), images[:2], methods=[Own])
