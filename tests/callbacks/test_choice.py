"""Which images of a pool a logger shows: in formulas by hand, and in a training."""

import keras
import numpy as np
import pytest
from keras import layers

from keras_explain import ExplanationLogger, OptionError, read_log
from keras_explain.callbacks.choice import changed, misclassified, per_class
from keras_explain.visual.pixels import to_pixels
from tests.callbacks.training import compiled, fit, read

CLASSES = np.array([2, 0, 2, -1, 1, 0, 3])


def test_rows_by_hand():
    assert per_class(CLASSES, 4).tolist() == [1, 4, 0, 6] and per_class(CLASSES, 9).tolist() == [1, 4, 0, 6, 5, 2]
    chances = np.array([[0.6, 0.4], [0.2, 0.8], [0.1, 0.9], [0.7, 0.3]])
    assert misclassified(chances, np.array([0, 0, 0, -1])).tolist() == [2, 1]
    assert changed(chances, np.array([[0.4, 0.6], [0.3, 0.7], [1, 0], [0.6, 0.4]])).tolist() == [2, 0]
    assert not len(misclassified(chances, chances.argmax(1))) and not len(changed(chances, chances))


class Keeping(keras.callbacks.Callback):
    """Keeps what the model says of images before and after each epoch."""

    def __init__(self, images):
        super().__init__()
        self.images, self.chances = images, []

    def on_epoch_begin(self, epoch, logs=None):
        self.chances += [self.said()] * (epoch == 0)

    def on_epoch_end(self, epoch, logs=None):
        self.chances.append(self.said())

    def said(self):
        return keras.ops.convert_to_numpy(keras.ops.softmax(self.model(self.images, training=False)))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A training's log, the pool, its classes, and what the model said of it before and after each epoch."""
    folder = tmp_path_factory.mktemp("log")
    images = np.random.default_rng(3).normal(size=(7, 12, 16, 3)).astype("float32")
    model = compiled()
    model.optimizer.learning_rate = 0.05
    options = {"labels": np.maximum(CLASSES, 0), "methods": ["saliency"], "log_dir": folder, "max_images": 4}
    loggers = [ExplanationLogger(images, show=show, name=show, **options) for show in ("misclassified", "changed")]
    kept = Keeping(images)
    fit(model, [*loggers, ExplanationLogger(images, show="per_class", name="each", **options), kept], batches=4)
    return folder, images, np.maximum(CLASSES, 0), kept.chances


@pytest.mark.parametrize("show", ["misclassified", "changed"])
def test_places_show_what_qualifies_at_that_time_or_say_that_nothing_does(trained, show):
    folder, images, classes, chances = trained
    pictures, shares = read(folder, f"{show}/"), read(folder, f"{show}_")[f"{show}_{show}"]
    assert sorted(pictures) == [f"{show}/{place}" for place in range(4)]
    pixels, seen = to_pixels(images), 0
    for step in range(3):
        now = chances[step + 1]
        rows = misclassified(now, classes) if show == "misclassified" else changed(now, chances[step])
        assert shares[step] == pytest.approx(len(rows) / 7)
        for place in range(4):
            picture = pictures[f"{show}/{place}"][step]
            tile = picture[-168 - 37 - 8 : -37 - 8, 8:232]
            if place < len(rows):
                np.testing.assert_array_equal(tile, pixels[rows[place]].repeat(14, 0).repeat(14, 1))
                seen += 1
            else:
                assert (picture[-168:] == 255).all()
    assert seen


def test_one_of_each_class_stays_the_same_and_is_logged_whole(trained):
    folder, images, _, _ = trained
    log = read_log(folder, name="each")
    assert log.labels.tolist() == [0, 1, 2, 3] and log.steps.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(log.images, to_pixels(images[[1, 4, 0, 6]]))
    assert log.maps["saliency"].shape[:2] == (3, 4) and "movement/saliency" in log.measures


def test_choices_that_nothing_can_be_said_of_are_refused(tmp_path, images):
    for options in ({"regions": [(0, 0, 4, 4)] * 6}, {"trust_freq": 1}):
        with pytest.raises(OptionError, match="stay the same"):
            ExplanationLogger(images, show="changed", **options)
    one = keras.Sequential([keras.Input((12, 16, 3)), layers.Flatten(), layers.Dense(1)])
    one.compile("sgd", "mse")
    for model, show, match in (
        (compiled(), "misclassified", "expected labels="),
        (compiled(), "per_class", "expected labels="),
        (one, "changed", "two classes or more"),
    ):
        logger = ExplanationLogger(images, methods=["saliency"], show=show, log_dir=tmp_path)
        logger.set_model(model)
        with pytest.raises(OptionError, match=match):
            logger.on_train_begin()
