import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import (
    CAM,
    ExplainWarning,
    ExplanationLogger,
    GradCAM,
    InputError,
    LayerError,
    MethodError,
    OptionError,
    Saliency,
    TargetError,
    explain,
    trust,
)
from keras_explain.methods.explainer import Explainer
from keras_explain.metrics import movement
from keras_explain.visual.look import look_of
from keras_explain.visual.picture import attribution_picture
from keras_explain.visual.pixels import to_pixels
from tests.callbacks.training import compiled, fit, read
from tests.methods.test_every_method import count_traces


@pytest.mark.parametrize("beside", ["alone", "before", "after"])
def test_every_image_at_every_epoch(tmp_path, images, beside):
    callbacks = [ExplanationLogger(images, log_dir=tmp_path, labels=[0] * 6)]
    if beside != "alone":
        board = keras.callbacks.TensorBoard(tmp_path, update_freq=5)
        callbacks.insert(0 if beside == "before" else 1, board)
    fit(compiled(), callbacks)
    written = read(tmp_path)
    assert sorted(written) == [f"explanations/{i}" for i in range(6)]
    for steps in written.values():
        assert sorted(steps) == [0, 1, 2]
        assert len({image.shape for image in steps.values()}) == 1


def test_pictures_show_the_maps_of_the_weights_at_that_time(tmp_path, images):
    model = compiled()
    fit(model, [ExplanationLogger(images, log_dir=tmp_path, max_images=2)], epochs=1)
    picture = read(tmp_path)["explanations/1"][0]
    pixels = to_pixels(images[:2])[1]
    tops = range(len(picture) - 168 - 60, len(picture) - 167)
    for explainer in (GradCAM(model), Saliency(model)):
        wanted = attribution_picture(pixels, explainer(images[:2])[1], **look_of(explainer))
        wanted = wanted.repeat(14, 0).repeat(14, 1)
        places = [
            left
            for left in range(picture.shape[1] - 223)
            if any(np.array_equal(picture[top : top + 168, left : left + 224], wanted) for top in tops)
        ]
        assert places, explainer.key


def test_what_is_shown_by_default_applies_without_the_head_of_cam(tmp_path, images):
    convolution = layers.Conv2D(2, 3, strides=3, activation="relu")
    model = keras.Sequential([keras.Input((12, 16, 3)), convolution, layers.Flatten(), layers.Dense(4)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    fit(model, [ExplanationLogger(images[:1], log_dir=tmp_path)], epochs=1)
    shown = read(tmp_path, "explanations_concentration")
    assert set(shown) == {f"explanations_concentration/{method}" for method in ("grad_cam", "saliency")}


@pytest.mark.parametrize("update_freq", [1, 5])
def test_logs_by_batch_when_asked_to(tmp_path, images, update_freq):
    logger = ExplanationLogger(images[:1], log_dir=tmp_path, update_freq=update_freq)
    fit(compiled(), [logger, keras.callbacks.TensorBoard(tmp_path, update_freq=5)], epochs=2)
    assert sorted(read(tmp_path)["explanations/0"]) == list(range(update_freq, 25, update_freq))


def test_batch_hook_exists_only_when_asked_for(images):
    def is_default(logger):
        return getattr(logger.on_train_batch_end, "_is_default", False)

    assert is_default(ExplanationLogger(images))
    assert not is_default(ExplanationLogger(images, update_freq=3))


@pytest.mark.parametrize("built", [False, True])
def test_one_trace_for_the_whole_training(tmp_path, images, built):
    model = compiled()
    fit(model, None, epochs=1)
    traces = count_traces(model)
    methods = [GradCAM(model)] if built else ["grad_cam"]
    fit(model, [ExplanationLogger(images, log_dir=tmp_path, methods=methods)], epochs=4)
    # Keras retraces its own training function for a new fit: not more than once
    logged = len(traces)
    fit(model, None, epochs=1)
    assert logged - (len(traces) - logged) == 1


@pytest.mark.parametrize("logs", [False, True])
def test_refused_before_the_first_step(tmp_path, images, logs):
    flat = keras.Sequential([keras.Input((12, 16, 3)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(4)])
    flat.compile("sgd", "mse")
    model = compiled()
    refusals = [
        (flat, ExplanationLogger(images, methods=["cam"]), MethodError),
        (model, ExplanationLogger(images, methods=[lambda: None]), OptionError),
        (model, ExplanationLogger(images, methods=["gram_cad"]), OptionError),
        (model, ExplanationLogger(images, methods=[GradCAM(compiled())]), OptionError),
        (model, ExplanationLogger(images[..., :2]), InputError),
        (model, ExplanationLogger(images, target=9), TargetError),
        (model, ExplanationLogger(images, labels=[1, 2]), InputError),
        (model, ExplanationLogger(images, labels=[0, 1, 2, 3, 4, -1]), InputError),
        (model, ExplanationLogger(images, labels=list("abcdef")), InputError),
        (model, ExplanationLogger(images, class_names=["a"]), OptionError),
        (model, ExplanationLogger(images, regions=[(0, 0, 13, 4)] * 6), InputError),
        (model, ExplanationLogger(images, display=lambda images: images[:1]), InputError),
        (model, ExplanationLogger(images, display=lambda images: images[..., :2]), InputError),
    ]
    for refusing, logger, error in refusals:
        before = [variable.numpy() for variable in refusing.variables]
        with pytest.raises(error):
            fit(refusing, [logger])
        for old, variable in zip(before, refusing.variables):
            np.testing.assert_array_equal(old, variable)
    with pytest.raises(LayerError):
        GradCAM(model, "conv_9")


@pytest.mark.parametrize(
    "options",
    [{"update_freq": 0}, {"update_freq": "batch"}, {"max_images": 0}, {"scale": "image"}, {"display": "rgb"}],
)
def test_options_out_of_range_are_refused(images, options):
    with pytest.raises(OptionError, match="received"):
        ExplanationLogger(images, **options)


def test_a_directory_that_cannot_be_written_is_refused(tmp_path, images):
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises(OptionError, match="expected log_dir="):
        fit(compiled(), [ExplanationLogger(images, log_dir=tmp_path / "file" / "logs")])


@pytest.mark.parametrize(
    ("kind", "options", "told"),
    [
        ("array", {}, ["12 images were given, the first 8 of them are logged; max_images= chooses how many."]),
        ("list", {}, ["12 images were given, the first 8 of them are logged; max_images= chooses how many."]),
        (
            "dataset",
            {},
            ["more than 8 images were given, the first 8 of them are logged; max_images= chooses how many."],
        ),
        ("array", {"max_images": 8}, []),
        ("eight", {}, []),
        ("dataset of eight", {}, []),
    ],
)
def test_images_that_are_left_out_unasked_are_told_of(tmp_path, images, recwarn, kind, options, told):
    given = np.concatenate([images, images])[: 8 if "eight" in kind else 12]
    if "dataset" in kind:
        given = tf.data.Dataset.from_tensor_slices((given, np.arange(len(given)) % 4)).batch(4)
    model = compiled()
    logger = ExplanationLogger(list(given) if kind == "list" else given, log_dir=tmp_path, **options)
    logger.set_model(model)
    logger.on_train_begin()
    assert [str(each.message) for each in recwarn if each.category is ExplainWarning] == told
    assert len(logger._found.batch) == 8


class Waiting(keras.callbacks.Callback):
    """Lets each epoch be written before the next one begins."""

    def __init__(self, logger):
        super().__init__()
        self.logger = logger

    def on_epoch_end(self, epoch, logs=None):
        self.logger._events.flush()


class VanishingDirectory(keras.callbacks.Callback):
    """Removes a directory after the first epoch, and lets nobody make it again until the third."""

    def __init__(self, path):
        super().__init__()
        self.path = path

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            shutil.rmtree(self.path)
            self.path.write_text("in the way")
        if epoch == 3:
            self.path.unlink()


def test_logging_resumes_when_the_directory_is_back(tmp_path, images):
    folder = tmp_path / "logs"
    logger = ExplanationLogger(images[:1], log_dir=folder)
    with pytest.warns(ExplainWarning, match="explanations of step 1 are lost") as warned:
        fit(compiled(), [VanishingDirectory(folder), logger, Waiting(logger)], epochs=5)
    assert list(read(folder)["explanations/0"]) == [3, 4]
    told = [str(warning.message) for warning in warned if warning.category is ExplainWarning]
    assert len([message for message in told if "are lost" in message]) == 1


class Broken(Explainer):
    key, title = "broken", "Broken"

    def __call__(self, images, target=None):
        raise RuntimeError("no map today")


def test_a_map_that_cannot_be_computed_leaves_the_others(tmp_path, images):
    logger = ExplanationLogger(images, methods=["cam", Broken()], log_dir=tmp_path)
    with pytest.warns(ExplainWarning, match="maps of broken of step 0 are lost.*RuntimeError: no map today") as warned:
        fit(compiled(), [logger])
    assert sorted(read(tmp_path)["explanations/0"]) == [0, 1, 2]
    assert len([warning for warning in warned if warning.category is ExplainWarning]) == 1


def test_a_diverged_training_is_shown_without_maps(tmp_path, images):
    model = compiled()
    model.set_weights([np.full_like(weights, np.nan) for weights in model.get_weights()])
    with pytest.warns(ExplainWarning, match="maps of cam of step . are lost, training goes on: they are not finite"):
        fit(model, [ExplanationLogger(images, methods=["cam"], log_dir=tmp_path)])
    assert sorted(read(tmp_path)["explanations/0"]) == [0, 1, 2]


@pytest.mark.parametrize(
    "labels", [[3, 0, 1, 2, 3, 1], np.eye(4)[[3, 0, 1, 2, 3, 1]], np.array([[3.0], [0], [1], [2], [3], [1]])]
)
def test_labels_may_be_indices_a_column_or_one_hot(tmp_path, images, labels):
    wanted = ExplanationLogger(images, labels=[3, 0, 1, 2, 3, 1], class_names="abcd", log_dir=tmp_path / "wanted")
    found = ExplanationLogger(
        images, labels=labels, class_names=dict(enumerate("abcd")), log_dir=tmp_path / "found", name="same"
    )
    fit(compiled(), [wanted, found], epochs=1)
    pictures = read(tmp_path / "found", "same/")
    for tag, steps in read(tmp_path / "wanted").items():
        np.testing.assert_array_equal(steps[0], pictures[tag.replace("explanations", "same")][0])


def test_samples_a_dataset_once_with_its_labels(tmp_path, images):
    dataset = tf.data.Dataset.from_tensor_slices((images, [3, 0, 1, 2, 3, 1])).shuffle(6).batch(2).repeat()
    logger = ExplanationLogger(dataset, max_images=3, log_dir=tmp_path / "taken")
    shown = logger._given.images
    labels = [[3, 0, 1, 2, 3, 1][np.abs(images - image).sum((1, 2, 3)).argmin()] for image in shown]
    fit(compiled(), [logger, ExplanationLogger(shown, labels=labels, log_dir=tmp_path / "given")], epochs=2)
    taken, given = read(tmp_path / "taken"), read(tmp_path / "given")
    assert sorted(taken) == [f"explanations/{i}" for i in range(3)]
    for tag, steps in taken.items():
        for step, picture in steps.items():
            np.testing.assert_array_equal(picture, given[tag][step])


def test_numbers_beside_the_pictures(tmp_path, images):
    model = compiled()
    kept = {"cam": [], "grad_cam": []}
    boxes = np.array([[2, 3, 9, 12]] * 6)

    class Keeping(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            for explainer in (CAM(model), GradCAM(model)):
                kept[explainer.key].append(explainer(images))

    fit(model, [ExplanationLogger(images, methods=kept, regions=boxes, log_dir=tmp_path), Keeping()])
    written = read(tmp_path, "explanations_")
    assert len(written) == 8
    for key, maps in kept.items():
        places = [np.maximum(values[..., 0], 0) for values in maps]
        inside = [each[:, 2:9, 3:12].sum((1, 2)) / np.maximum(each.sum((1, 2)), 1e-30) for each in places]
        found = written[f"explanations_energy_inside/{key}"]
        np.testing.assert_allclose([found[step] for step in range(3)], np.mean(inside, axis=1), rtol=1e-4)
        moved = written[f"explanations_movement/{key}"]
        wanted = [movement(maps[step], maps[step - 1]).mean() for step in (1, 2)]
        np.testing.assert_allclose([moved[1], moved[2]], wanted, rtol=1e-3, atol=1e-6)
        assert 0 not in moved
        assert sorted(written[f"explanations_concentration/{key}"]) == [0, 1, 2]
        assert all(0 <= share <= 1 for share in written[f"explanations_pointing/{key}"].values())


def test_a_second_fit_goes_on_behind_the_first(tmp_path, images):
    model, logger = compiled(), ExplanationLogger(images[:1], log_dir=tmp_path)
    fit(model, [logger], epochs=2)
    fit(model, [logger], epochs=2)
    fit(model, [logger], epochs=6, initial_epoch=4)
    assert list(read(tmp_path)["explanations/0"]) == list(range(6))
    assert list(read(tmp_path, "explanations_movement")["explanations_movement/grad_cam"]) == list(range(1, 6))


def test_a_log_that_another_process_goes_on_with_misses_no_movement(tmp_path, images):
    model, maps = compiled(), []
    for start, end in ((0, 2), (2, 4)):  # a new logger knows nothing of the one before
        kept = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: maps.append(CAM(model)(images)))
        fit(
            model, [ExplanationLogger(images, methods=["cam"], log_dir=tmp_path), kept], epochs=end, initial_epoch=start
        )
    moved = read(tmp_path, "explanations_movement")["explanations_movement/cam"]
    wanted = [movement(after, before).mean() for before, after in zip(maps, maps[1:])]
    np.testing.assert_allclose([moved[step] for step in (1, 2, 3)], wanted, rtol=1e-3, atol=1e-6)
    concentration = read(tmp_path, "explanations_concentration")["explanations_concentration/cam"]
    assert list(concentration) == [0, 1, 2, 3]


def test_loggers_of_one_directory_keep_apart(tmp_path, images):
    fit(
        compiled(),
        [
            ExplanationLogger(images[:1], log_dir=tmp_path),
            ExplanationLogger(images[1:3], methods=["saliency"], name="pixels", log_dir=tmp_path),
        ],
        epochs=2,
    )
    assert len(list(tmp_path.iterdir())) == 1
    assert {tag: list(steps) for tag, steps in read(tmp_path, "pixels/").items()} == {
        "pixels/0": [0, 1],
        "pixels/1": [0, 1],
    }
    assert list(read(tmp_path)["explanations/0"]) == [0, 1]
    with pytest.raises(OptionError, match="give one of them name="):
        fit(compiled(), [ExplanationLogger(images, log_dir=tmp_path), ExplanationLogger(images, log_dir=tmp_path)])


def test_how_far_maps_can_be_believed_is_logged_at_the_chosen_interval(tmp_path, images):
    model = compiled()
    logger = ExplanationLogger(images[:2], methods=["saliency", Fixed], trust_freq=2, log_dir=tmp_path)
    with pytest.warns(ExplainWarning, match="Fixed: nothing on class and weights"):
        fit(model, [logger], epochs=4)
    written = read(tmp_path, "explanations_trust")
    kinds = ["class", "class_holds", "deletion_holds", "weights", "weights_holds"]
    tags = [f"explanations_trust_{kind}/saliency" for kind in kinds]
    assert set(tags) <= set(written) and "explanations_trust_deletion_holds/fixed" in written
    assert all(sorted(steps) == [1, 3] for steps in written.values())
    now = trust(explain(model, images[:2], methods=["saliency"])).of("saliency", "weights")
    assert written[tags[3]][3] == pytest.approx(np.mean([row.value for row in now]), abs=1e-5)
    assert written[tags[4]][3] == np.mean([row.holds for row in now])


def test_maps_are_not_lost_with_the_numbers_on_trust(tmp_path, images):
    class Once(GradCAM):
        asked = False

        def maps_of(self, batch):
            if self.asked:
                raise ZeroDivisionError("once is enough")
            self.asked = True
            return super().maps_of(batch)

    logger = ExplanationLogger(images[:1], methods=[Once], trust_freq=1, log_dir=tmp_path)
    with pytest.warns(ExplainWarning, match="numbers on trust of step 0 are lost, training goes on: ZeroDivision"):
        fit(compiled(), [logger], epochs=1)
    assert sorted(read(tmp_path)["explanations/0"]) == [0]
    with pytest.raises(OptionError, match="trust_freq"):
        ExplanationLogger(images[:1], trust_freq=0)


class Fixed:
    key, title, signed, layer = "fixed", "Fixed", False, None

    def __init__(self, model):
        pass

    def targets(self, images, target=None):
        return np.zeros(len(images), np.int32)

    def __call__(self, images, target=None):
        return np.tile(np.linspace(0, 1, 12, dtype="float32")[:, None, None], (len(images), 1, 16, 1))
