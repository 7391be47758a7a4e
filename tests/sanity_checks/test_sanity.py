import sys
import threading
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from matplotlib.figure import Figure

import keras_explain as kx
from keras_explain import sanity_checks
from keras_explain.engine.watch import Watch
from keras_explain.methods.explainer import Explainer, ModelExplainer
from tests.networks import build

QUICK = {"steps": 2, "verbose": 0}


class OfThePass(ModelExplainer):
    """A map that is made of one pass."""

    key, title, watch = "of_the_pass", "Of the pass", Watch()


class Picture(OfThePass):
    """The image, whatever the network."""

    signed = True

    def attribution(self, forward):
        return forward.images


class Fixed(OfThePass):
    """A ramp, whatever the network and the image."""

    def attribution(self, forward):
        return 0 * forward.images + tf.reshape(tf.range(192.0), (12, 16, 1))


class Noise(OfThePass):
    """Noise that depends on all: its phase is the score."""

    def attribution(self, forward):
        phase = 1e3 * tf.reshape(forward.score, (-1, 1, 1, 1))
        return 1 + tf.sin(phase * tf.reshape(tf.range(1.0, 193.0) ** 1.5, (12, 16, 1)))


class OfTheWeights(OfThePass):
    """Noise by weights and image, for whatever class."""

    def attribution(self, forward):
        phase = 1e3 * tf.reshape(tf.reduce_max(forward.head.ranking, axis=1), (-1, 1, 1, 1))
        return 1 + tf.sin(phase * tf.reshape(tf.range(1.0, 193.0) ** 1.5, (12, 16, 1)))


class Relative(Noise):
    relative = True


@pytest.fixture
def model():
    return build("functional")


def verdicts(found):
    return {verdict.check: verdict.holds for verdict in found.verdicts}


@pytest.mark.parametrize(
    ("method", "weights", "of_class", "image"),
    [
        (Picture, False, False, True),
        (Fixed, False, False, False),
        (Noise, True, True, True),
        (OfTheWeights, True, False, True),
    ],
)
def test_a_verdict_says_what_a_map_depends_on(method, weights, of_class, image, model, images):
    found = kx.sanity(method(model), images, **QUICK)
    assert verdicts(found) == {"weights": weights, "class": of_class, "image": image}
    assert found.holds == (weights and of_class and image)
    if method is Fixed:
        assert found.chance == pytest.approx(1)
        np.testing.assert_allclose([row.similarity for row in found.rows], 1)
    if method is Noise:
        assert abs(found.chance) < 0.1
    assert str(found).startswith(f"Of the pass: {'passes' if found.holds else 'fails'} its sanity checks\nweights: it ")


def test_rows_are_what_an_explainer_gives_by_itself(model, images):
    explainer = kx.Saliency(model, magnitude=None)
    found = kx.sanity(explainer, images, checks=["class", "image"], **QUICK)
    own, targets = explainer(images), explainer.targets(images)

    def likeness(others):
        return kx.metrics.rank_correlation(*(kx.metrics.evidence(maps, signed=True) for maps in (own, others)))

    for check in ("runner-up", "class"):
        rows = [row for row in found.rows if row.check == check and row.step == 0]
        others = [row.target for row in rows]
        assert all(other != target for other, target in zip(others, targets))
        np.testing.assert_allclose([row.similarity for row in rows], likeness(explainer(images, others)), atol=1e-6)
    rows = [row for row in found.rows if row.check == "image"]
    expected = likeness(explainer(np.roll(images, -1, axis=0), targets))
    np.testing.assert_allclose([row.similarity for row in rows], expected, atol=1e-6)
    assert [row.target for row in rows] == targets.tolist()


def test_layers_are_redrawn_from_the_top_and_each_step_alone(model, images):
    found = kx.sanity(kx.CAM(model), images, checks=["weights", "independent"], steps=10, verbose=0)
    steps = {row.step: row.layers for row in found.rows if row.check == "weights"}
    assert steps == {0: ("logits",), 1: ("norm",), 2: ("conv2",), 3: ("conv1",)}
    assert found.curve("weights")[0] == found.curve("independent")[0]
    assert found.curve("weights")[1] != found.curve("independent")[1]
    assert len(found.curve("weights")) == len(found.curve("independent")) == 4 and not len(found.curve("class"))


def test_it_is_repeatable_by_its_seed(model, images):
    explainer = kx.Saliency(model)
    found = [kx.sanity(explainer, images, checks="weights", seed=seed, **QUICK).rows for seed in (0, 0, 1)]
    assert found[0] == found[1] != found[2]


class Failing(kx.Saliency):
    """Raises at its n-th map."""

    left, error = 5, None

    def maps_of(self, batch):
        self.left -= 1
        if self.left == 0:
            raise self.error
        return super().maps_of(batch)


@pytest.fixture
def trained(model, images):
    """A model in the middle of its training, of which a layer is frozen, and a function that returns all its state."""
    model.layers[1].trainable = False
    model.compile("adam", "mse")
    model.fit(images, np.ones((len(images), 4)), verbose=0)

    def state():
        layers = [(layer.trainable, type(layer), id(layer)) for layer in [model, *model.layers]]
        variables = [*model.variables, *model.optimizer.variables]
        return layers, [(variable.trainable, variable.numpy().tobytes()) for variable in variables]

    return model, state


@pytest.mark.parametrize(
    "error", [RuntimeError("in the middle"), KeyboardInterrupt()], ids=["an error", "an interrupt"]
)
def test_whatever_is_raised_the_model_is_as_it_was(error, trained, images):
    model, state = trained
    explainer = Failing(model)
    maps, before = explainer(images), state()
    explainer.error = error
    with pytest.raises(type(error)):
        kx.sanity(explainer, images, **QUICK)
    assert explainer.left == 0 and state() == before
    assert np.array_equal(explainer(images), maps)


def test_interrupted_anywhere_the_model_is_as_it_was_and_trains_on(trained, images, rng):
    model, state = trained
    explainer, predicted = kx.Saliency(model), model.predict(images, verbose=0)
    maps, before = explainer(images), state()

    def check():
        kx.sanity(explainer, images, **QUICK)

    calls = calls_until_interrupted(check, None)
    for number in rng.integers(1, calls, 12):
        assert calls_until_interrupted(check, number) == number
        assert state() == before
    assert (
        calls > 100
        and np.array_equal(explainer(images), maps)
        and np.array_equal(model.predict(images, verbose=0), predicted)
    )
    model.fit(images, np.zeros((len(images), 4)), verbose=0)
    changed = [one != other for one, other in zip(state()[1], before[1])]
    assert any(changed) and not any(changed[:2])  # kernel and bias of the frozen layer


def calls_until_interrupted(run, number):
    """Returns how many functions of the room are called, of which one is interrupted: the one of a number, or none."""
    room, calls, before = str(Path(sanity_checks.__file__).parent), 0, sys.gettrace()

    def interrupt(frame, event, argument):
        nonlocal calls
        if frame.f_code.co_filename.startswith(room):
            calls += 1
            if calls == number:
                sys.settrace(before)
                raise KeyboardInterrupt

    sys.settrace(interrupt)
    try:
        run()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    return calls


def test_a_thread_that_predicts_meanwhile_gets_the_same_numbers(model, images):
    expected, found, ended = model.predict(images, verbose=0), [], threading.Event()

    def predict():
        while not ended.is_set():
            found.append(np.array_equal(model.predict(images, verbose=0), expected))

    thread = threading.Thread(target=predict)
    thread.start()
    kx.sanity(kx.Saliency(model), images, steps=4, checks="weights", verbose=0)
    ended.set()
    thread.join()
    assert found and all(found)


@pytest.mark.filterwarnings("error::keras_explain.ExplainWarning")
def test_what_redrawn_maps_look_like_is_not_told_of_the_model(model, images):
    explainer = kx.GradCAM(model)
    kx.sanity(explainer, images, **QUICK)  # some of its redrawn maps are blank


@pytest.mark.filterwarnings("ignore::keras_explain.ExplainWarning")
def test_blank_maps_are_left_out(model, images):
    class Partly(kx.Saliency):
        def combine(self, images, gradients):
            return gradients**2 * tf.reshape(tf.cast(tf.range(tf.shape(images)[0]) > 1, tf.float32), (-1, 1, 1, 1))

    found = kx.sanity(Partly(model), images, **QUICK)
    assert "blank and were left out: 0, 1." in str(found)
    assert all(np.isnan(row.similarity) == (row.image < 2) for row in found.rows)
    assert np.isfinite(found.chance) and all(np.isfinite(verdict.value) for verdict in found.verdicts)
    with pytest.raises(kx.MethodError, match="something to compare"):
        kx.sanity(Partly(model), images[:2], **QUICK)


@pytest.mark.parametrize(
    "explainer",
    [lambda model: kx.Occlusion(model, patch=4), lambda model: kx.SmoothGrad(kx.GradCAM(model), samples=2)],
    ids=["Occlusion", "SmoothGrad of Grad-CAM"],
)
def test_methods_of_several_passes(explainer, model, images):
    found = kx.sanity(explainer(model), images[:2], checks="weights", steps=1, verbose=0)
    assert len(found.rows) == 2 and max(row.similarity for row in found.rows) < 0.99


def test_a_single_image_is_compared_with_itself_moved(model, images):
    found = kx.sanity(kx.Saliency(model), images[:1], **QUICK)
    assert {verdict.check for verdict in found.verdicts} == {"weights", "class", "image"}
    assert abs(found.chance) < 0.5 and len([row for row in found.rows if row.check == "class"]) == 2


def test_two_classes_have_a_runner_up_alone(rng):
    model = keras.Sequential(
        [keras.Input((8, 2)), layers.Conv1D(3, 3, activation="relu"), layers.Flatten(), layers.Dense(1, "sigmoid")]
    )
    found = kx.sanity(kx.Saliency(model), rng.random((4, 8, 2), "float32"), **QUICK)
    assert {row.check for row in found.rows} == {"weights", "independent", "runner-up", "image"}
    assert verdicts(found)["class"] is False  # the slopes of a score and of its negative are of one size
    assert found.rows[0].ssim is None and isinstance(found.plot(), Figure)


def test_a_score_without_classes_has_no_class_check(model, images):
    explainer = kx.Saliency(model, score=lambda outputs, target: outputs[:, 0])
    found = kx.sanity(explainer, images, **QUICK)
    assert "class" not in verdicts(found) and "Class: left out, as the score has no other." in str(found)
    assert {row.target for row in found.rows} == {-1}
    with pytest.raises(kx.MethodError, match="expected a score with classes"):
        kx.sanity(explainer, images, checks="class")


def test_several_inputs_go_together(rng):
    inputs = [keras.Input((8, 8, 3), name="image"), keras.Input((5,), name="numbers")]
    x = layers.Flatten()(layers.Conv2D(4, 3, activation="relu", name="conv")(inputs[0]))
    model = keras.Model(inputs, layers.Dense(3)(layers.Concatenate()([x, layers.Dense(4, name="side")(inputs[1])])))
    given = [rng.random((4, 8, 8, 3), "float32"), rng.random((4, 5), "float32")]
    found = kx.sanity(kx.Saliency(model, input="image"), given, checks="weights", steps=5, verbose=0)
    assert {path for row in found.rows for path in row.layers} == {"conv", "side", model.layers[-1].name}


@pytest.mark.parametrize("checks", [("weights", "class"), ("class",)], ids="+".join)
def test_the_figure_draws_what_was_checked(checks, model, images):
    figure = kx.sanity(kx.GuidedBackprop(model), images, checks=checks, **QUICK).plot()
    texts = [text.get_text() for axis in figure.axes for text in [axis.title, *axis.get_xticklabels()]]
    assert "own weights" in texts
    assert ("another class" in texts) == ("class" in checks)
    assert ("conv1" in texts) == (checks != ("class",))


def test_maps_are_drawn_as_the_method_declares(model, images):
    found = kx.sanity(Relative(model), images[:2], checks="image", **QUICK)
    assert found.looks == {"signed": False, "fine": False, "relative": True} and isinstance(found.plot(), Figure)


class Foreign(Explainer):
    """Asks the model itself."""

    key = title = "foreign"

    def __init__(self, model):
        self.targets = kx.Saliency(model).targets
        self.model = model

    def __call__(self, images, target=None):
        return np.asarray(images) * np.asarray(self.model(images))[:, :1, None, None]


@pytest.mark.parametrize(
    ("explainer", "options", "error", "message"),
    [
        (Foreign, {}, kx.MethodError, "derived from ModelExplainer, or a wrapper whose `explainer` is one"),
        (lambda model: kx.GradCAM, {}, kx.OptionError, "received the class"),
        (lambda model: model, {}, kx.OptionError, "expected an explainer, received"),
        (kx.GradCAM, {"checks": ()}, kx.OptionError, "expected checks= as some of weights, independent"),
        (kx.GradCAM, {"checks": ["colour"]}, kx.OptionError, "expected checks= as some of"),
        (kx.GradCAM, {"steps": 0}, kx.OptionError, "expected steps"),
        (kx.GradCAM, {"seed": -1}, kx.OptionError, "expected seed"),
        (kx.GradCAM, {"verbose": 3}, kx.OptionError, "expected verbose"),
        (kx.GradCAM, {"target": 9}, kx.TargetError, "9"),
    ],
)
def test_what_cannot_be_checked_is_refused(explainer, options, error, message, model, images):
    with pytest.raises(error, match=message):
        kx.sanity(explainer(model), images, **options)
