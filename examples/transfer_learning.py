"""Transfer learning on photographs: a frozen nested backbone, a new head, then fine-tuning, all in one log.

The photographs come with scikit-learn and scikit-image. The backbone first learns to tell patches of them apart (in
place of ImageNet weights, which would have to be downloaded: `MobileNet(weights="imagenet")`). Then it is to find a
cat, a cup, a face or a flower that is pasted somewhere into a scene, so that the object's box is known. Each object
is one photograph, cut and flipped at random: this shows the way of working, not how well it generalizes.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import shutil
from pathlib import Path

import keras
import numpy as np
from keras import layers
from skimage import data
from sklearn.datasets import load_sample_image

import keras_explain as kx

SIDE, BATCH = 96, 32
OUT = Path("demo")
# What each object's photograph shows and where: top, left, side.
OBJECTS = {
    "cat": (data.cat, 20, 100, 180),
    "cup": (data.coffee, 60, 180, 270),
    "face": (data.astronaut, 30, 145, 160),
    "flower": (lambda: load_sample_image("flower.jpg"), 60, 150, 300),
}
BACKGROUNDS = (data.brick, data.grass, data.gravel, data.rocket, lambda: load_sample_image("china.jpg"))


def resized(image, side):
    """Returns an image, gray or color, at `(side, side, 3)`."""
    image = np.broadcast_to(np.atleast_3d(image), (*image.shape[:2], 3))
    return np.clip(keras.ops.image.resize(image.astype("float32"), (side, side), antialias=True), 0, 255)


def cut(image, side, rng):
    """Returns a random square of an image, flipped at random."""
    top, left = (int(rng.integers(length - side + 1)) for length in image.shape[:2])
    square = image[top : top + side, left : left + side]
    return square[:, :: rng.choice([-1, 1])]


def patches(count, rng):
    """Returns patches of all photographs `(count, 96, 96, 3)` in 0..255, and which photograph each is of."""
    photographs = [load() for load in (*(load for load, *_ in OBJECTS.values()), *BACKGROUNDS)]
    labels = np.arange(count) % len(photographs)
    return np.stack([resized(cut(photographs[label], 160, rng), SIDE) for label in labels]), labels


def scenes(count, rng):
    """Returns scenes `(count, 96, 96, 3)` in 0..255, the object in each, and its box (top, left, bottom, right)."""
    crops = []
    for load, top, left, side in OBJECTS.values():
        crops.append(load()[top : top + side, left : left + side])
    backgrounds = [load() for load in BACKGROUNDS]
    labels, images, boxes = np.arange(count) % len(crops), [], []
    for label in labels:
        image = resized(cut(backgrounds[rng.integers(len(backgrounds))], 300, rng), SIDE)
        size = int(rng.integers(34, 50))
        crop = crops[label]
        top, left = rng.integers(SIDE - size + 1, size=2)
        image[top : top + size, left : left + size] = resized(cut(crop, int(0.85 * len(crop)), rng), size)
        images.append(image * rng.uniform(0.7, 1.0))
        boxes.append((top, left, top + size, left + size))
    return np.stack(images).astype("float32"), labels, np.array(boxes)


def new_backbone():
    """Returns a small MobileNet without weights."""
    backbone = keras.applications.MobileNet((SIDE, SIDE, 3), alpha=0.25, include_top=False, weights=None)
    for layer in backbone.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.9  # so short a training would end before the statistics have settled
    return backbone


def with_head(backbone, classes):
    """Returns a classifier on a backbone, which stays one nested layer."""
    inputs = keras.Input((SIDE, SIDE, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    x = layers.GlobalAveragePooling2D()(backbone(x))
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))


def train(model, rate, epochs, **options):
    """Compiles and trains a model."""
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model.fit(batch_size=BATCH, epochs=epochs, verbose=2, **options)


def main(count=1920, epochs=(8, 4, 5)):
    """Trains in three stages and logs the last two; returns the history of the last one."""
    logs = OUT / "transfer_logs"
    shutil.rmtree(logs, ignore_errors=True)
    keras.utils.set_random_seed(3)
    rng = np.random.default_rng(3)
    backbone = new_backbone()
    x, y = patches(count, rng)
    print("The backbone learns to tell photographs apart ...")
    train(with_head(backbone, len(np.unique(y))), 2e-3, epochs[0], x=x, y=y)

    x, y, _ = scenes(count, rng)
    x_test, y_test, boxes = scenes(count // 8, rng)
    backbone.trainable = False
    model = with_head(backbone, len(OBJECTS))
    # The last layer, at which CAM looks, has 3x3 places alone; this one has 6x6.
    finer = kx.GradCAM(model, f"{backbone.name}/conv_pw_11_relu")
    shown = slice(0, 8)
    logger = kx.ExplanationLogger(
        x_test[shown],
        methods=("cam", finer),
        labels=y_test[shown],
        class_names=list(OBJECTS),
        regions=boxes[shown],
        log_dir=logs,
    )
    options = {"x": x, "y": y, "validation_data": (x_test, y_test), "callbacks": [logger]}

    print("A new head on the frozen backbone ...")
    train(model, 5e-3, epochs[1], **options)

    print("The whole network, at a low rate ...")
    backbone.trainable = True
    history = train(model, 1e-3, epochs[2], **options)
    print(f"Both stages in one log: tensorboard --logdir {logs}")
    return history.history


if __name__ == "__main__":
    main()
