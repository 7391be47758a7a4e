"""A training of fifty epochs as it is looked at: the logged pictures from the first epoch to the last."""

import keras
import numpy as np
import pytest
from keras import layers
from skimage.color import rgb2lab
from sklearn.datasets import load_digits

from keras_explain import ExplanationLogger, GradCAM
from keras_explain.visual.scale import attribution_limit
from tests.callbacks.training import read

EPOCHS, SIDE, GAP, BELOW = 50, 224, 8, 37  # Of a picture: its tiles, what is between them, and what stands below.


class Limits(keras.callbacks.Callback):
    """Keeps the value of the outermost color that the map of each epoch has by itself."""

    def __init__(self, images):
        super().__init__()
        self.images, self.values = images, []

    def on_train_begin(self, logs=None):
        self.explainer = GradCAM(self.model)

    def on_epoch_end(self, epoch, logs=None):
        self.values.append(attribution_limit(self.explainer(self.images)))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Returns the pictures of a training by epoch, and the outermost value of each epoch's map."""
    keras.utils.set_random_seed(3)
    digits, folder = load_digits(), tmp_path_factory.mktemp("logs")
    x = np.pad(digits.images[:600, :, :, np.newaxis] / 16, ((0, 0), (4, 4), (4, 4), (0, 0))).astype("float32")
    convolutions = [layers.Conv2D(16, 3, padding="same", activation="relu") for _ in range(2)]
    head = [layers.GlobalAveragePooling2D(), layers.Dense(10, activation="softmax")]
    model = keras.Sequential([keras.Input((16, 16, 1)), *convolutions, *head])
    model.compile(keras.optimizers.Adam(5e-3), "sparse_categorical_crossentropy")
    logger = ExplanationLogger(x[:1], methods=["grad_cam"], log_dir=folder, scale="run")
    limits = Limits(x[:1])
    model.fit(x, digits.target[:600], epochs=EPOCHS, batch_size=100, verbose=0, callbacks=[logger, limits])
    return read(folder)["explanations/0"], limits.values


def difference(picture):
    """Returns the CIELAB difference between the input and the map over it, pixel by pixel."""
    top = len(picture) - GAP - BELOW - SIDE
    image, overlaid = (rgb2lab(picture[top : top + SIDE, left : left + SIDE]) for left in (GAP, 2 * GAP + SIDE))
    return np.linalg.norm(overlaid - image, axis=-1)


def test_maps_of_every_epoch_can_be_read(run):
    pictures, limits = run
    assert sorted(pictures) == list(range(EPOCHS)) and limits[-1] > 8 * limits[0]
    for picture in pictures.values():
        found = difference(picture)
        assert found.max() > 40  # the largest value catches the eye,
        assert np.quantile(found, 0.1) < 0.5 * found.max()  # and differs from most others


def test_a_scale_holds_for_many_epochs(run):
    _, limits = run
    scales = np.ceil(np.log2(limits))
    assert (np.diff(scales) == 0).mean() > 0.6
