import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from keras_explain import (
    CAM,
    ExplainWarning,
    ExplanationLogger,
    GradCAM,
    InputError,
    LayerError,
    MethodError,
    OptionError,
    TargetError,
)
from keras_explain.visual.picture import attribution_picture
from keras_explain.visual.pixels import to_pixels
from tests.networks import build
from tests.test_explainer import count_traces


def compiled(form="functional"):
    model = build(form)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def fit(model, callbacks, epochs=3, batches=12, **options):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2 * batches, 12, 16, 3)).astype("float32")
    y = rng.integers(4, size=2 * batches)
    return model.fit(x, y, batch_size=2, epochs=epochs, verbose=0, callbacks=callbacks, **options)


def read(log_dir, tags="explanations/"):
    """Returns `{tag: {step: image}}` of the event files right in a directory."""
    events = EventAccumulator(str(log_dir), size_guidance={"tensors": 0})
    events.Reload()
    return {
        tag: {event.step: tf.io.decode_png(event.tensor_proto.string_val[2]).numpy() for event in events.Tensors(tag)}
        for tag in events.Tags()["tensors"]
        if tag.startswith(tags)
    }


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
    for explainer in (CAM(model), GradCAM(model)):
        wanted = attribution_picture(pixels, explainer(images[:2])[1]).repeat(14, 0).repeat(14, 1)
        places = [
            left
            for left in range(picture.shape[1] - 223)
            if np.array_equal(picture[-8 - 168 : -8, left : left + 224], wanted)
        ]
        assert places, explainer.key


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


def test_one_trace_for_the_whole_training(tmp_path, images):
    model = compiled()
    fit(model, None, epochs=1)
    traces = count_traces(model)
    fit(model, [ExplanationLogger(images, log_dir=tmp_path)], epochs=4)
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
        (flat, ExplanationLogger(images), MethodError),
        (model, ExplanationLogger(images, methods=[lambda: None]), OptionError),
        (model, ExplanationLogger(images, methods=["gram_cad"]), OptionError),
        (model, ExplanationLogger(images, methods=[GradCAM(compiled())]), OptionError),
        (model, ExplanationLogger(images[..., :2]), InputError),
        (model, ExplanationLogger(images, target=9), TargetError),
        (model, ExplanationLogger(images, labels=[1, 2]), InputError),
        (model, ExplanationLogger(images, labels=[0, 1, 2, 3, 4, -1]), InputError),
        (model, ExplanationLogger(images, labels=list("abcdef")), InputError),
        (model, ExplanationLogger(images, class_names=["a"]), OptionError),
    ]
    for refusing, logger, error in refusals:
        before = [variable.numpy() for variable in refusing.variables]
        with pytest.raises(error):
            fit(refusing, [logger])
        for old, variable in zip(before, refusing.variables):
            np.testing.assert_array_equal(old, variable)
    with pytest.raises(LayerError):
        GradCAM(model, "conv_9")


@pytest.mark.parametrize("options", [{"update_freq": 0}, {"update_freq": "batch"}, {"max_images": 0}])
def test_options_out_of_range_are_refused(images, options):
    with pytest.raises(OptionError, match="received"):
        ExplanationLogger(images, **options)


def test_training_goes_on_when_nothing_can_be_written(tmp_path, images):
    (tmp_path / "file").write_text("not a directory")
    with pytest.warns(ExplainWarning, match="explanations of step 0 are lost") as warned:
        history = fit(compiled(), [ExplanationLogger(images, log_dir=tmp_path / "file" / "logs")])
    assert len(history.history["loss"]) == 3
    assert len([warning for warning in warned if warning.category is ExplainWarning]) == 1


class Broken:
    key = "broken"

    def __call__(self, images, target=None):
        raise RuntimeError("no map today")


def test_training_goes_on_when_a_map_cannot_be_computed(tmp_path, images):
    with pytest.warns(ExplainWarning, match="RuntimeError: no map today"):
        history = fit(compiled(), [ExplanationLogger(images, methods=[Broken()], log_dir=tmp_path)])
    assert len(history.history["loss"]) == 3


@pytest.mark.parametrize(
    "labels", [[3, 0, 1, 2, 3, 1], np.eye(4)[[3, 0, 1, 2, 3, 1]], np.array([[3.0], [0], [1], [2], [3], [1]])]
)
def test_labels_are_shown_by_name(tmp_path, images, labels):
    logger = ExplanationLogger(
        images, labels=labels, class_names={0: "ant", 1: "bee", 2: "cat", 3: "dog"}, log_dir=tmp_path
    )
    fit(compiled(), [logger], epochs=1)
    answer = np.eye(4)[[2] * 6]
    assert logger._caption(0, answer) == ["true: dog", "predicted: cat  100%"]
    assert logger._caption(1, answer)[0] == "true: ant"


def test_samples_a_dataset_once_with_its_labels(tmp_path, images):
    dataset = tf.data.Dataset.from_tensor_slices((images, [3, 0, 1, 2, 3, 1])).shuffle(6).batch(2).repeat()
    logger = ExplanationLogger(dataset, max_images=3, log_dir=tmp_path)
    fit(compiled(), [logger], epochs=2)
    assert sorted(read(tmp_path)) == [f"explanations/{i}" for i in range(3)]
    for image, label in zip(logger._images, logger._shown):
        assert label == [3, 0, 1, 2, 3, 1][np.abs(images - image).sum((1, 2, 3)).argmin()]


SAME_WEIGHTS = """
import hashlib, sys
import keras, numpy as np, tensorflow as tf
from keras import layers
import keras_explain as kx

def trained(callbacks):
    keras.utils.set_random_seed(5)
    model = keras.Sequential([
        keras.Input((12, 16, 3)), layers.Conv2D(6, 3), layers.BatchNormalization(), layers.ReLU(), layers.Dropout(0.3),
        layers.Conv2D(8, 3, activation="relu"), layers.GlobalAveragePooling2D(), layers.Dropout(0.3), layers.Dense(4),
    ])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(64, 12, 16, 3)).astype("float32"), rng.integers(4, size=64)
    history = model.fit(x, y, batch_size=8, epochs=3, verbose=0, callbacks=callbacks(x, y))
    return [v.numpy() for v in (*model.variables, *model.optimizer.variables)], history.history

tf.config.experimental.enable_op_determinism()
bare, history = trained(lambda x, y: [])
for update_freq in ("epoch", 3):
    logged, same = trained(lambda x, y: [kx.ExplanationLogger(x[:4], labels=y[:4], update_freq=update_freq,
                                                              log_dir=sys.argv[1])])
    assert all(np.array_equal(a, b) for a, b in zip(bare, logged, strict=True))
    assert history == same
assert np.abs(bare[0]).max() > 0
"""


def test_trained_weights_are_the_same_to_the_bit(tmp_path):
    subprocess.run([sys.executable, "-c", SAME_WEIGHTS, str(tmp_path)], check=True, cwd=Path(__file__).parents[2])
    assert read(tmp_path)
