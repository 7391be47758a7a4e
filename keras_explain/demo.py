"""Train on real handwritten digits among clutter, and watch CAM and Grad-CAM find the digit.

Each of scikit-learn's 1,797 digits is placed at a random spot of a 64x64 canvas, among fragments of other digits, so
that the digit's box is known and a map can be held against it. Everything it writes goes into `demo/`.
"""

import shutil
import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from keras_explain.callbacks import ExplanationLogger
from keras_explain.methods.class_visualization import ClassVisualization
from keras_explain.methods.table import CAM, METHODS, GradCAM
from keras_explain.metrics import energy_inside, evidence, region_masks
from keras_explain.report.explain import explain
from keras_explain.visual.figure import gallery
from keras_explain.visual.grids import plot_attributions
from keras_explain.visual.look import LOOKS, look_of
from keras_explain.visual.picture import attribution_picture, showable
from keras_explain.visual.pixels import to_pixels

CANVAS, DIGIT, FRAGMENT, FRAGMENTS = 64, 24, 8, 14
EPOCHS, BATCH = 6, 64
OUT = Path("demo")
# Of the methods that hide parts, for pictures as small as these.
OPTIONS = {"occlusion": {"patch": 8, "stride": 4}, "rise": {"masks": 1000}}


def place(digits, labels, count, rng):
    """Returns `count` canvases `(count, 64, 64, 1)` in 0..1, their labels, and boxes (top, left, bottom, right)."""
    large = keras.ops.image.resize(digits[..., np.newaxis], (DIGIT, DIGIT), interpolation="bicubic")
    large = np.clip(large, 0, 1)[..., 0]
    canvases = np.zeros((count, CANVAS, CANVAS), "float32")
    boxes = np.zeros((count, 4), int)
    chosen = rng.permutation(np.arange(count) % len(digits))
    for canvas, box, digit in zip(canvases, boxes, chosen):
        for other in rng.integers(len(digits), size=FRAGMENTS):
            cut = rng.integers(DIGIT - FRAGMENT + 1, size=2)
            put = rng.integers(CANVAS - FRAGMENT + 1, size=2)
            fragment = large[other, cut[0] :, cut[1] :][:FRAGMENT, :FRAGMENT]
            canvas[put[0] : put[0] + FRAGMENT, put[1] : put[1] + FRAGMENT] = fragment
        top, left = rng.integers(CANVAS - DIGIT + 1, size=2)
        canvas[top : top + DIGIT, left : left + DIGIT] = large[digit]
        box[:] = top, left, top + DIGIT, left + DIGIT
    return canvases[..., np.newaxis], labels[chosen], boxes


def build_model():
    """Returns a small network that ends in global average pooling and one dense layer."""
    x = inputs = keras.Input((CANVAS, CANVAS, 1))
    for filters, pooled in ((24, True), (32, True), (48, False), (64, False), (96, False)):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
        x = layers.MaxPooling2D()(x) if pooled else x
    x = layers.GlobalAveragePooling2D()(x)
    outputs = layers.Dense(10, activation="softmax")(x)
    return keras.Model(inputs, outputs, name="cluttered_digits")


class EnergyInside(keras.callbacks.Callback):
    """Prints before and after each epoch how much of CAM and of Grad-CAM lies within the digit's box."""

    def __init__(self, images, boxes):
        super().__init__()
        self.images, self.boxes = images, boxes

    def on_train_begin(self, logs=None):
        """Builds the explainers once, and prints the shares of the untrained network."""
        self.explainers = [CAM(self.model), GradCAM(self.model)]
        self._measure("untrained")

    def on_epoch_end(self, epoch, logs=None):
        """Prints the shares."""
        self._measure(f"epoch {epoch + 1}: test accuracy {logs['val_accuracy']:.1%}")

    def _measure(self, when):
        masks = region_masks(self.boxes, self.images.shape[:-1])
        self.shares = {e.key: energy_inside(evidence(e(self.images)), masks).mean() for e in self.explainers}
        shares = ", ".join(f"{e.title} {self.shares[e.key]:.0%}" for e in self.explainers)
        print(
            f"\n{when}; of the maps lies within the digit's box, which is {masks.mean():.0%} of the picture: {shares}"
        )


def draw_gallery(model, images, labels, boxes):
    """Writes a picture of right and wrong decisions, and of what each method shows of them."""
    probabilities = model.predict(images, verbose=0)
    predicted = probabilities.argmax(axis=1)
    rows = [*np.flatnonzero(predicted == labels)[:2], *np.flatnonzero(predicted != labels)[:1]]
    texts = [f"true {labels[r]}\npredicted {predicted[r]}\n{probabilities[r].max():.0%}" for r in rows]
    asked = [METHODS[key](model, **OPTIONS[key]) if key in OPTIONS else key for key in METHODS]
    explanation, pictures = explain(model, images[rows], methods=asked), []  # without those of transformers alone
    for part in np.array_split(list(explanation.maps), 2):
        maps = {explanation.titles[key]: explanation.maps[key] for key in part}
        looks = {look: [explanation.titles[key] for key in part if explanation.look(key)[look]] for look in LOOKS}
        figure = plot_attributions(explanation.shown, maps, **looks, row_titles=texts, boxes=list(boxes[rows]))
        figure.savefig(OUT / "gallery.png")
        with Image.open(OUT / "gallery.png") as picture:
            pictures.append(picture.convert("RGB"))
    whole = Image.new("RGB", (max(one.width for one in pictures), sum(one.height for one in pictures)), "white")
    whole.paste(pictures[0])
    whole.paste(pictures[1], (0, pictures[0].height))
    whole.save(OUT / "gallery.png")


def draw_classes(model):
    """Writes a picture of what the network takes for each digit."""
    plain = to_pixels(ClassVisualization(model)(range(10), seed=0))
    natural = to_pixels(ClassVisualization(model, recipe="natural", bounds=(0, 1))(range(10), seed=0), (0, 1))
    figure = gallery([plain, natural], [str(digit) for digit in range(10)], ["plain", "natural"])
    figure.savefig(OUT / "classes.png", dpi=110)


def trained():
    """Returns the network that the demo trained, and its test canvases, labels and boxes."""
    if not (OUT / "model.keras").exists():
        sys.exit(f"{OUT / 'model.keras'} is missing: first run `keras-explain demo` in the same folder.")
    with np.load(OUT / "test.npz") as test:
        return keras.models.load_model(OUT / "model.keras"), test["x"], test["y"], test["boxes"]


def draw_maps(explainer, images, labels):
    """Writes a picture of images and, below them, of what an explainer shows of them."""
    pixels, maps, look = showable(images), explainer(images), look_of(explainer)
    pictures = [attribution_picture(image, values, **look) for image, values in zip(pixels, maps)]
    figure = gallery([pixels, pictures], [f"true {label}" for label in labels], ["input", explainer.title])
    path = OUT / f"{explainer.key}.png"
    figure.savefig(path)
    print(f"maps {maps.shape}, from {maps.min():.3g} to {maps.max():.3g}; the picture: {path}")


def main(epochs=EPOCHS, count=8000):
    """Trains, logs and draws; returns the last epoch's test accuracy and the share of each method's maps inside."""
    shutil.rmtree(OUT / "logs", ignore_errors=True)
    OUT.mkdir(exist_ok=True)
    keras.utils.set_random_seed(1)
    rng = np.random.default_rng(1)
    digits = load_digits()
    split = train_test_split(digits.images / 16, digits.target, test_size=0.25, random_state=1, stratify=digits.target)
    train_digits, test_digits, train_labels, test_labels = split
    x_train, y_train, _ = place(train_digits, train_labels, count, rng)
    x_test, y_test, boxes = place(test_digits, test_labels, 1000, rng)

    model = build_model()
    decay = keras.optimizers.schedules.CosineDecay(2e-3, epochs * len(x_train) // BATCH)
    model.compile(keras.optimizers.Adam(decay), "sparse_categorical_crossentropy", metrics=["accuracy"])
    printed = EnergyInside(x_test, boxes)
    callbacks = [
        ExplanationLogger(x_test[:8], labels=y_test[:8], regions=boxes[:8], log_dir=OUT / "logs"),
        keras.callbacks.TensorBoard(OUT / "logs"),
        printed,
    ]
    history = model.fit(
        x_train, y_train, batch_size=BATCH, epochs=epochs, validation_data=(x_test, y_test), callbacks=callbacks
    )

    model.save(OUT / "model.keras")
    np.savez(OUT / "test.npz", x=x_test, y=y_test, boxes=boxes)
    print("\nDrawing what each method shows ...")
    draw_gallery(model, x_test, y_test, boxes)
    draw_classes(model)
    print(f"What each method shows: {OUT / 'gallery.png'}\nWhat it takes for each digit: {OUT / 'classes.png'}")
    print(f"The maps of each epoch: tensorboard --logdir {OUT / 'logs'}")
    return history.history["val_accuracy"][-1], printed.shares
