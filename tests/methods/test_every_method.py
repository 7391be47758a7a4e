"""What holds for every method of the table: a new one is held to it by being there."""

import doctest
import gc
import resource
import threading

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import keras_explain
from keras_explain import ClassVisualization, FeatureVisualization
from keras_explain.engine.compiled import Compiled
from keras_explain.errors import InputError, ModelError, OptionError, TargetError
from keras_explain.methods.build import option_names
from keras_explain.methods.explainer import Explainer, is_one_pass
from keras_explain.methods.table import METHODS
from tests.networks import FORMS, SHAPE, Chain, build
from tests.quick import OF_ATTENTION, OF_CONVOLUTIONS, QUICK
from tests.transformers import SHAPE as TOKENS_SHAPE
from tests.transformers import Transformer

TARGETS = [0, 1, 2, 3, 0, 1]
SYNTHESES = (ClassVisualization, FeatureVisualization)
OTHERS = (keras_explain.Activations, keras_explain.most_exciting, keras_explain.list_layers)
ONE_PASS = [key for key in OF_CONVOLUTIONS if is_one_pass(METHODS[key])]


def count_traces(model):
    """Adds up how often the model's first layer runs in Python, which is once a trace."""
    layer, count = model.get_layer("conv1"), []
    original = layer.activation

    def counting(x):
        count.append(1)
        return original(x)

    layer.activation = counting
    return count


@pytest.fixture(scope="module")
def wanted():
    """Each method's maps of the six images, by an explainer of its own of the functional form."""
    images = np.random.default_rng(7).normal(size=(6, *SHAPE)).astype("float32")
    return {key: of_logit(key, build("functional"))(images, TARGETS) for key in OF_CONVOLUTIONS}


def of_logit(key, model, **options):
    """Returns an explainer of the logit, which every form has: by a loss of values some have no probabilities."""
    method = QUICK[key]
    return method(model, **options, **({"score": "logit"} if "score" in option_names(method) else {}))


@pytest.mark.parametrize("form", FORMS)
def test_same_maps_from_every_form_of_the_same_weights(form, wanted, images):
    model = build(form)
    methods = [of_logit(key, model, lazy=True) for key in OF_CONVOLUTIONS]
    found = keras_explain.explain(model, images, TARGETS, methods=methods).maps
    assert list(found) == OF_CONVOLUTIONS
    for key, maps in found.items():
        assert maps.dtype == np.float32 and np.ptp(wanted[key]) > 0
        np.testing.assert_allclose(maps, wanted[key], atol=1e-5 * np.abs(wanted[key]).max(), err_msg=key)


@pytest.mark.parametrize("form", ["nested", "subclassed", "saved"])
@pytest.mark.parametrize("key", OF_CONVOLUTIONS)
def test_same_maps_alone(key, form, wanted, images):
    maps = of_logit(key, build(form))(images, TARGETS)
    np.testing.assert_allclose(maps, wanted[key], atol=1e-5 * np.abs(wanted[key]).max())


@pytest.mark.parametrize("key", ONE_PASS)
def test_one_trace_for_all_classes_and_batch_sizes(key, images):
    model = build("functional")
    traces = count_traces(model)
    explainer = METHODS[key](model, batch_size=4)
    for count in (1, 2, 6, 3):
        explainer(images[:count])
        explainer(images[:count], target=3)
        explainer(images[:count], target=range(count % 4, count % 4 + 1) if count == 1 else [1] * count)
    assert len(traces) == 1


@pytest.mark.parametrize("key", ONE_PASS)
def test_an_image_is_explained_alike_in_any_company(key, images):
    explainer = METHODS[key](build("functional"))
    together = explainer(images)
    alone = np.concatenate([explainer(image[None]) for image in images])
    np.testing.assert_allclose(together, alone, atol=1e-5 * np.abs(alone).max())
    parts = METHODS[key](build("functional"), batch_size=4)(images)
    np.testing.assert_allclose(parts, alone, atol=1e-5 * np.abs(alone).max())


@pytest.mark.parametrize("key", ONE_PASS)
def test_predicted_class_is_the_default(key, images):
    model = build("softmax_layer")
    explainer = METHODS[key](model)
    np.testing.assert_array_equal(explainer(images), explainer(images, model.predict(images, verbose=0).argmax(1)))


@pytest.mark.parametrize("key", ONE_PASS)
def test_follows_the_live_weights(key, images):
    model = build("functional", seed=3)
    explainer = METHODS[key](model)
    before = explainer(images, 1)
    other = build("functional", seed=4)
    model.set_weights(other.get_weights())
    after = explainer(images, 1)
    assert np.abs(after - before).max() > 0
    np.testing.assert_allclose(after, METHODS[key](other)(images, 1), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("key", ONE_PASS)
def test_several_traced_together_are_what_they_are_alone(key, images):
    model = build("nested")
    traces = count_traces(model.get_layer("backbone"))
    lazy = [METHODS[other](model, lazy=True) for other in ONE_PASS]
    compiled = Compiled(lazy[0].request, lazy)
    together = dict(zip(ONE_PASS, compiled(compiled.batch(images, 2)).maps))
    assert len(traces) == 1
    np.testing.assert_allclose(together[key], METHODS[key](model)(images, 2), rtol=1e-5, atol=1e-6)


@pytest.fixture(scope="module")
def fitted():
    """A network that was trained, for tests that find it as they left it."""
    model = build("nested")
    model.compile("adam", "mse")
    model.fit(np.random.default_rng(7).normal(size=(6, *SHAPE)), np.zeros((6, 4)), verbose=0)
    return model


@pytest.mark.parametrize("key", ONE_PASS)
@pytest.mark.parametrize("fails", [None, "target", "model"])
def test_leaves_nothing_behind(key, fails, fitted, images):
    model = fitted
    everything = [model, *model._flatten_layers()]

    def state():
        variables = [variable.numpy() for variable in (*model.variables, *model.optimizer.variables)]
        return [dict(vars(layer)) for layer in everything], variables

    attributes, variables = state()
    if fails == "model":
        with pytest.raises(ZeroDivisionError):
            METHODS[key](Chain([model, layers.Lambda(lambda x: x / (1 // 0))]))(images)
    elif fails == "target":
        with pytest.raises(TargetError):
            METHODS[key](model)(images, target=4)
    else:
        METHODS[key](model)(images)
    new_attributes, new_variables = state()
    for old, new in zip(attributes, new_attributes):
        assert old.keys() == new.keys() and all(old[name] is new[name] for name in old)
    for old, new in zip(variables, new_variables):
        np.testing.assert_array_equal(old, new)


def test_a_model_that_was_never_called_is_built_by_the_first_images(images):
    model = Chain([layers.Conv2D(4, 3, name="only"), layers.GlobalAveragePooling2D(), layers.Dense(3)])
    explainer = METHODS["grad_cam"](model)
    assert explainer.layer is None
    assert explainer(images).shape == (6, *SHAPE[:2], 1)
    assert explainer.layer == "only"


@pytest.mark.parametrize("key", ONE_PASS)
def test_eight_threads_share_one_explainer(key, images):
    explainer = METHODS[key](build("functional"))
    wanted, found = explainer(images), [None] * 8

    def explain(i):
        found[i] = explainer(images)

    threads = [threading.Thread(target=explain, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for maps in found:
        np.testing.assert_allclose(maps, wanted, rtol=1e-5, atol=1e-6)


def test_eight_threads_share_one_model_each_with_an_explainer_of_its_own(images):
    model = build("nested")
    keys = ONE_PASS + ONE_PASS[:2]
    wanted, found = [METHODS[key](model)(images) for key in keys], [None] * 8

    def explain(i):
        found[i] = METHODS[keys[i]](model)(images)

    threads = [threading.Thread(target=explain, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for maps, right in zip(found, wanted):
        np.testing.assert_allclose(maps, right, rtol=1e-5, atol=1e-6)


def test_two_thousand_calls_leave_memory_flat_and_one_trace(images):
    model = build("functional")
    traces = count_traces(model)
    explainer = METHODS["grad_cam"](model)

    def call(times):
        for i in range(times):
            explainer(images[: 1 + i % 6], target=i % 4)
        gc.collect()
        return resident_memory()

    call(300)
    before = call(200)
    assert call(2000) - before < 20e6
    assert len(traces) == 1


def resident_memory():
    """Returns the bytes of memory that this process holds."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def test_follows_training_load_weights_and_compile(images, tmp_path):
    model = build("functional")
    model.compile("sgd", "mse")
    explainer = METHODS["saliency"](model, magnitude=None)

    def assert_right():
        x = tf.constant(images)
        with tf.GradientTape() as tape:
            tape.watch(x)
            score = model(x, training=False)[:, 1]
        np.testing.assert_allclose(explainer(images, 1), tape.gradient(score, x), atol=1e-5)

    model.save_weights(tmp_path / "first.weights.h5")
    before = explainer(images, 1)
    for change in (
        lambda: model.fit(images, np.ones((6, 4)), verbose=0),
        lambda: model.compile("adam", "mae", jit_compile=False),
        lambda: model.load_weights(tmp_path / "first.weights.h5"),
    ):
        change()
        assert_right()
    np.testing.assert_allclose(explainer(images, 1), before, atol=1e-6)


def test_probability_and_custom_scores(images):
    model = build("softmax_layer")
    probability = METHODS["saliency"](model, score="probability", magnitude=None)(images, 2)
    custom = METHODS["saliency"](model, score=lambda outputs, target: outputs[:, 2], magnitude=None)(images)
    np.testing.assert_allclose(probability, custom, atol=1e-6)
    with tf.GradientTape() as tape:
        x = tf.constant(images)
        tape.watch(x)
        score = model(x)[:, 2]
    np.testing.assert_allclose(probability, tape.gradient(score, x), atol=1e-6)


@pytest.mark.parametrize("key", ONE_PASS)
def test_a_single_sigmoid_unit_has_two_classes(key, images):
    chain = [layers.Conv2D(4, 3, activation="relu"), layers.GlobalAveragePooling2D(), layers.Dense(1, "sigmoid")]
    model = keras.Sequential([keras.Input(SHAPE), *chain])
    options = {} if key == "cam" else {"score": "logit"}
    explainer = METHODS[key](model, **options)
    negative, positive = explainer(images, 0), explainer(images, 1)
    if key == "cam":
        np.testing.assert_allclose(negative, -positive, atol=1e-6)
    predicted = (model.predict(images, verbose=0) > 0.5).ravel()
    wanted = np.where(predicted[:, None, None, None], positive, negative)
    np.testing.assert_allclose(explainer(images), wanted, atol=1e-6)
    with pytest.raises(TargetError, match="from 0 to 1"):
        explainer(images, 2)


@pytest.mark.parametrize("key", ONE_PASS)
def test_bad_input_is_refused(key, images):
    explainer = METHODS[key](build("functional"))
    with pytest.raises(InputError, match="received nan"):
        explainer(np.full_like(images, np.nan))
    with pytest.raises(TargetError, match="from 0 to 3"):
        explainer(images, 4)
    with pytest.raises(TargetError, match="each of the 6 images"):
        explainer(images, [0, 1])


@pytest.mark.parametrize("options", [{"score": "logits"}, {"batch_size": 0}, {"batch_size": 2.0}, {"input": "depth"}])
def test_options_out_of_range_are_refused(options):
    with pytest.raises(OptionError, match="received"):
        METHODS["saliency"](build("functional"), **options)


def test_eager_functions_are_refused():
    tf.config.run_functions_eagerly(True)
    try:
        with pytest.raises(ModelError, match="switch it off"):
            METHODS["saliency"](build("functional"))
    finally:
        tf.config.run_functions_eagerly(False)


def test_what_was_traced_before_stays_a_graph(images):
    explainer = METHODS["saliency"](build("functional"))
    before = explainer(images, 1)
    tf.config.run_functions_eagerly(True)
    try:
        assert np.array_equal(explainer(images, 1), before)
    finally:
        tf.config.run_functions_eagerly(False)


@pytest.mark.parametrize("explainer", [*METHODS.values(), *SYNTHESES])
def test_another_backend_is_refused(explainer, monkeypatch):
    # None of the other backends is installed with the tests: Keras only says that it runs on one.
    model = build("functional")
    monkeypatch.setattr(keras.config, "backend", lambda: "jax")
    with pytest.raises(ModelError, match="received the backend 'jax'; set KERAS_BACKEND=tensorflow"):
        explainer(model)


@pytest.mark.parametrize("key", OF_CONVOLUTIONS)
def test_maps_of_channels_first_are_those_of_channels_last(key, rng):
    last, first = (QUICK[key](in_layout(layout)) for layout in ("channels_last", "channels_first"))
    pictures = rng.normal(size=(3, 16, 20, 3)).astype("float32")
    wanted, maps = last(pictures, 1), first(np.moveaxis(pictures, -1, 1), 1)
    assert maps.shape == wanted.shape and maps.shape[1:3] == (16, 20) and np.ptp(wanted) > 0
    np.testing.assert_allclose(maps, wanted, atol=1e-5 * np.abs(wanted).max())
    assert first.layer == last.layer


def in_layout(layout):
    """Returns a network of fixed weights whose images have their channels first or last."""
    keras.utils.set_random_seed(1)
    chain = [
        layers.Conv2D(4, 3, activation="relu", data_format=layout),
        layers.MaxPooling2D(2, data_format=layout),
        layers.Conv2D(5, 3, activation="relu", data_format=layout, name="features"),
        layers.MaxPooling2D(2, data_format=layout, name="pooled"),
        layers.GlobalAveragePooling2D(data_format=layout),
        layers.Dense(3),
    ]
    shape = (16, 20, 3) if layout == "channels_last" else (3, 16, 20)
    return keras.Sequential([keras.Input(shape), *chain])


@pytest.mark.parametrize("key", OF_CONVOLUTIONS)
def test_is_an_explainer_as_others_ask_for_one(key, images):
    model = build("softmax_layer")
    explainer = METHODS[key](model)
    assert isinstance(explainer, Explainer) and explainer.key == key and METHODS[key].__module__.split(".")[2] == key
    assert explainer.title.replace("-", "_").replace(" ", "_").lower()[:3] == key[:3]
    predicted = model(images).numpy().argmax(axis=1)
    targets = explainer.targets(images)
    assert targets.dtype == np.int32 and targets.tolist() == predicted.tolist()
    assert explainer.targets(images, 2).tolist() == [2] * 6


@pytest.mark.parametrize("key", OF_CONVOLUTIONS)
def test_a_lazy_one_is_traced_by_its_first_images(key, images):
    model = build("functional")
    traces = count_traces(model)
    explainer = QUICK[key](model, lazy=True)
    assert not traces
    np.testing.assert_array_equal(explainer(images, 1), QUICK[key](model)(images, 1))


@pytest.mark.filterwarnings("ignore::keras_explain.ExplainWarning")  # an untrained network gives blank maps
@pytest.mark.parametrize("shown", [*METHODS.values(), *SYNTHESES, *OTHERS])
def test_its_docstring_has_an_example_that_runs(shown, rng):
    chain = [layers.Conv2D(4, 3, activation="relu", name="conv1"), layers.GlobalAveragePooling2D(), layers.Dense(10)]
    names = {"kx": keras_explain, "images": rng.random((2, 12, 16, 3), "float32")}
    names["model"] = keras.Sequential([keras.Input((12, 16, 3)), *chain])
    if getattr(shown, "key", None) in OF_ATTENTION:
        names |= {"transformer": Transformer(1).flat(), "images": rng.random((2, *TOKENS_SHAPE), "float32")}
    example = doctest.DocTestParser().get_doctest(shown.__doc__, names, shown.__name__, None, 0)
    found = doctest.DocTestRunner().run(example)
    assert found.attempted > 0 and found.failed == 0
