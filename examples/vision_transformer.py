"""A small vision transformer that learns digits among clutter from nothing, in three minutes, and where it looks.

The canvases are the demo's: one whole digit of 24 pixels among fragments of others, so that its box is known. The
network has a convolutional stem, from whose 8x8 places the tokens come, a class token and a block of attention. Its
maps are those of tokens: their grid is found, and of the layers the one before the last attention, behind which the
class token alone goes on. With `pooled` as an argument the head takes the mean of all tokens instead.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import keras_explain as kx
from keras_explain.demo import CANVAS, place

WIDTH, HEADS, BLOCKS, BATCH = 64, 4, 1, 64


class ClassToken(layers.Layer):
    """Puts a token before the patches that reads of them, and adds to all what tells where they are."""

    def build(self, shape):
        small = keras.initializers.RandomNormal(stddev=0.02)
        self.token = self.add_weight(shape=(1, 1, shape[-1]), initializer=small, name="token")
        self.positions = self.add_weight(shape=(1, shape[1] + 1, shape[-1]), initializer=small, name="positions")

    def call(self, patches):
        token = ops.broadcast_to(self.token, (ops.shape(patches)[0], 1, self.token.shape[-1]))
        return ops.concatenate([token, patches], axis=1) + self.positions


def transformer(pooled):
    """Returns the network: a stem of three convolutions, blocks of attention, a head on the class token or the mean."""
    x = inputs = keras.Input((CANVAS, CANVAS, 1))
    for filters in (16, 32, WIDTH):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.MaxPooling2D()(layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x)))
    x = ClassToken()(layers.Reshape((-1, WIDTH))(layers.Conv2D(WIDTH, 1)(x)))
    for number in range(1, BLOCKS + 1):
        normed = layers.LayerNormalization(name=f"block{number}_norm1")(x)
        x = layers.Add()([x, layers.MultiHeadAttention(HEADS, WIDTH // HEADS)(normed, normed)])
        hidden = layers.Dense(2 * WIDTH, activation="gelu")(layers.LayerNormalization(name=f"block{number}_norm2")(x))
        x = layers.Add()([x, layers.Dense(WIDTH)(hidden)])
    x = layers.LayerNormalization(name="norm")(x)
    x = layers.GlobalAveragePooling1D()(x) if pooled else x[:, 0]
    return keras.Model(inputs, layers.Dense(10, name="logits")(x), name="vision_transformer")


def canvases(count, tested):
    """Returns canvases to learn from and their labels, and others, of other digits, with their labels and boxes."""
    rng, digits = np.random.default_rng(1), load_digits()
    learned, others, labels, other_labels = train_test_split(
        digits.images / 16, digits.target, test_size=0.25, random_state=1, stratify=digits.target
    )
    return place(learned, labels, count, rng)[:2], place(others, other_labels, tested, rng)


def trained(images, labels, epochs, pooled):
    """Returns the network after so many epochs."""
    keras.utils.set_random_seed(1)
    model, steps = transformer(pooled), -(-len(images) // BATCH) * epochs
    warm = max(steps // 10, 1)
    rate = keras.optimizers.schedules.CosineDecay(0.0, max(steps - warm, 1), warmup_target=2e-3, warmup_steps=warm)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.AdamW(rate, weight_decay=0.01), loss, metrics=["accuracy"])
    model.fit(images, labels, batch_size=BATCH, epochs=epochs, verbose=2)
    return model


def measured(maps, boxes):
    """Returns of how many maps the peak lies in the digit's box, how much of them does, and how much by chance."""
    masks, maps = kx.metrics.region_masks(boxes, maps.shape[:-1]), kx.metrics.evidence(maps)
    return kx.metrics.pointing(maps, masks).mean(), kx.metrics.energy_inside(maps, masks).mean(), masks.mean()


def main(pooled=False, count=8000, tested=1000, epochs=5, folder=Path()):
    """Trains, measures and draws; returns the accuracy, and of each method and layer peaks, energy and chance."""
    (x_train, y_train), (x_test, y_test, boxes) = canvases(count, tested)
    model = trained(x_train, y_train, epochs, pooled)
    accuracy = np.mean(model.predict(x_test, verbose=0).argmax(axis=1) == y_test)
    print(f"{accuracy:.1%} of {tested} canvases with other digits are right")
    methods = (kx.GradCAM, kx.HiResCAM, kx.LayerCAM, kx.AttentionRollout, kx.AttentionRelevance)
    explainers = [method(model, lazy=True) for method in methods]
    if pooled:  # behind an attention that lets each token know of all
        explainers.insert(3, kx.LayerCAM(model, "norm", lazy=True))
    explanation, found = kx.explain(model, x_test, methods=explainers), {}
    for explainer, maps in zip(explainers, explanation.maps.values()):
        name = f"{explainer.title} at {explainer.layer}" if explainer.layer else explainer.title
        found[name] = peaks, energy, chance = measured(maps, boxes)
        print(f"{name}: the peak is in the box on {peaks:.1%}, {energy:.1%} of the map is, by chance {chance:.1%}")
    path = Path(folder) / "vision_transformer.png"
    explanation.plot(rows=3).savefig(path, dpi=100)
    print(f"Where it looks: {path}")
    return accuracy, found


if __name__ == "__main__":
    main("pooled" in sys.argv[1:])
