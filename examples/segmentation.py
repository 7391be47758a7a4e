"""Why a segmentation sees a class in a region: a small U-Net, trained from nothing, on images whose truth is known.

Each image shows a disk and a square of the same gray among strokes of clutter, and the network says of each pixel which
of them it belongs to. Explained is the region that it takes for the disk, `kx.scores.region("predicted", DISK)`, by
two methods at two layers, and by the gradient at the pixels. The numbers say how much of each map lies in the disk and
how much in the square, beside what a map without any aim would have there: the object's share of the image.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from pathlib import Path

import keras
import numpy as np
from keras import layers
from PIL import Image, ImageDraw

import keras_explain as kx
from keras_explain import metrics

SIDE, NAMES = 48, ["background", "disk", "square"]
DISK, SQUARE = 1, 2


def scenes(count, seed):
    """Returns images `(count, 48, 48, 1)` in 0..1, and the class of each pixel `(count, 48, 48)`."""
    rng, images, labels = np.random.default_rng(seed), [], []
    for _ in range(count):
        image, label = Image.new("L", (SIDE, SIDE)), Image.new("L", (SIDE, SIDE))
        drawn, known = ImageDraw.Draw(image), ImageDraw.Draw(label)
        for _ in range(8):
            drawn.line([*map(float, rng.integers(SIDE, size=4))], fill=int(rng.integers(60, 200)))
        gray, left = int(rng.integers(110, 200)), bool(rng.integers(2))
        for index, half in (
            (DISK, left),
            (SQUARE, not left),
        ):  # each in a half of its own, so that none hides the other
            radius = rng.integers(5, 8)
            x, y = rng.integers(radius, SIDE // 2 - radius) + half * SIDE // 2, rng.integers(radius, SIDE - radius)
            shape = "ellipse" if index == DISK else "rectangle"
            corners = [int(x - radius), int(y - radius), int(x + radius), int(y + radius)]
            for draw, fill in ((drawn, gray), (known, index)):
                getattr(draw, shape)(corners, fill=fill)
        images.append(np.asarray(image) / 255 + rng.normal(0, 0.1, (SIDE, SIDE)))
        labels.append(np.asarray(label))
    return np.stack(images)[..., np.newaxis].astype("float32"), np.stack(labels)


def block(x, filters, name):
    """Returns what two convolutions make of features; the second is called by the name."""
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return layers.Conv2D(filters, 3, padding="same", activation="relu", name=name)(
        layers.BatchNormalization(momentum=0.9)(x)
    )


def unet():
    """Returns a U-Net of three levels, `(N, 48, 48, 3)` probabilities."""
    inputs = keras.Input((SIDE, SIDE, 1))
    fine = block(inputs, 8, "encoder1")
    middle = block(layers.MaxPooling2D()(fine), 16, "encoder2")
    x = block(layers.MaxPooling2D()(middle), 32, "bottleneck")
    x = block(layers.Concatenate()([layers.UpSampling2D()(x), middle]), 16, "decoder1")
    x = block(layers.Concatenate()([layers.UpSampling2D()(x), fine]), 8, "decoder2")
    return keras.Model(inputs, layers.Conv2D(len(NAMES), 1, activation="softmax")(x), name="unet")


def trained(images, labels, epochs):
    """Returns a U-Net that tells the pixels apart."""
    keras.utils.set_random_seed(0)
    model = unet()
    model.compile(keras.optimizers.Adam(4e-3), "sparse_categorical_crossentropy")
    model.fit(images, labels, batch_size=16, epochs=epochs, verbose=2)
    return model


def share(maps, inside, signed):
    """Returns the mean share of the maps' energy that lies within masks."""
    return float(metrics.energy_inside(metrics.evidence(maps, signed), inside).mean())


def chance(labels):
    """Returns the shares that a map without any aim has within the disk and within the square."""
    return [float((labels == index).mean()) for index in (DISK, SQUARE)]


def main(count=600, epochs=8, tested=64, folder=Path()):
    """Trains, explains, draws; returns the overlap with the truth, and what share of each method's maps lies where."""
    model = trained(*scenes(count, 0), epochs)
    images, labels = scenes(tested, 1)
    found = model.predict(images, verbose=0).argmax(-1)
    overlap = float(((found == DISK) & (labels == DISK)).sum() / ((found == DISK) | (labels == DISK)).sum())
    print(f"intersection over union of the disk: {overlap:.2f}")

    score = kx.scores.region("predicted", DISK)
    deep = [method(model, "bottleneck", score=score, lazy=True) for method in (kx.GradCAM, kx.HiResCAM)]
    methods = ["grad_cam", "hires_cam", *deep, "saliency"]
    explanation = kx.explain(model, images, methods=methods, score=score, class_names=NAMES)
    print(f"by default the layer is '{next(iter(explanation.layers.values()))}'")
    within = {}
    for name, maps in explanation.maps.items():
        within[name] = [share(maps, labels == index, name in explanation.signed) for index in (DISK, SQUARE)]
        print(f"{explanation.titles[name]:20} {within[name][0]:4.0%} in the disk, {within[name][1]:4.0%} in the square")
    print("{:20} {:4.0%} in the disk, {:4.0%} in the square".format("chance", *chance(labels)))
    explanation.plot(rows=3).savefig(Path(folder) / "segmentation.png", dpi=100)
    return overlap, within


if __name__ == "__main__":
    main()
