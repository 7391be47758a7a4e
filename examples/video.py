"""Train on clips of which one frame shows a digit, and see whether the maps say which one it is, and where.

Each clip has six frames of fragments of scikit-learn's digits; one of them has a whole digit as well. A convolutional
network sees each frame by itself, a recurrent one what it says of them. Grad-CAM gives a map of each frame.
"""

import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import keras_explain as kx
from keras_explain.metrics import energy_inside, pointing, region_masks

FRAMES, SIZE, DIGIT, FRAGMENT = 6, 32, 16, 6
OUT, PAGE = Path("video.png"), Path("video.html")


def clips(digits, labels, count, rng):
    """Returns clips `(count, 6, 32, 32, 1)` in 0..1, their labels, the frame of each digit, and its box there."""
    large = np.repeat(np.repeat(digits, 2, axis=1), 2, axis=2).astype("float32")
    videos, boxes = np.zeros((count, FRAMES, SIZE, SIZE), "float32"), np.zeros((count, 4), int)
    chosen, frames = rng.integers(len(digits), size=count), rng.integers(FRAMES, size=count)
    for clip, box, digit, shows in zip(videos, boxes, chosen, frames):
        for frame in clip:
            for other in rng.integers(len(digits), size=5):
                cut, put = rng.integers(DIGIT - FRAGMENT + 1, size=2), rng.integers(SIZE - FRAGMENT + 1, size=2)
                fragment = large[other, cut[0] : cut[0] + FRAGMENT, cut[1] : cut[1] + FRAGMENT]
                frame[put[0] : put[0] + FRAGMENT, put[1] : put[1] + FRAGMENT] = fragment
        top, left = rng.integers(SIZE - DIGIT + 1, size=2)
        clip[shows, top : top + DIGIT, left : left + DIGIT] = large[digit]
        box[:] = top, left, top + DIGIT, left + DIGIT
    return videos[..., np.newaxis], labels[chosen], frames, boxes


def build_model():
    """Returns a network that sees each frame by itself, and one that reads what it says of them in turn."""
    frame = x = keras.Input((SIZE, SIZE, 1))
    for filters, stride in ((24, 2), (32, 1), (48, 2), (64, 1)):
        x = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    eye = keras.Model(frame, layers.GlobalAveragePooling2D()(x), name="eye")
    clip = keras.Input((FRAMES, SIZE, SIZE, 1))
    read = layers.GRU(48)(layers.TimeDistributed(eye)(clip))
    return keras.Model(clip, layers.Dense(10, activation="softmax")(read), name="clips")


def main(epochs=8, count=4000, tested=300):
    """Trains, explains and draws; returns the accuracy, how often the frame is found, and the energy by chance's."""
    keras.utils.set_random_seed(1)
    rng, digits = np.random.default_rng(1), load_digits()
    split = train_test_split(digits.images / 16, digits.target, test_size=0.25, random_state=1, stratify=digits.target)
    train_digits, test_digits, train_labels, test_labels = split
    x_train, y_train, *_ = clips(train_digits, train_labels, count, rng)
    x_test, y_test, frames, boxes = clips(test_digits, test_labels, tested, rng)
    model = build_model()
    decay = keras.optimizers.schedules.CosineDecay(3e-3, epochs * count // 64)
    model.compile(keras.optimizers.Adam(decay), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, batch_size=64, epochs=epochs, verbose=2)
    accuracy = model.evaluate(x_test, y_test, verbose=0)[1]

    maps = kx.GradCAM(model)(x_test)  # (N, 6, 32, 32, 1): a map of each frame
    first = maps.sum(axis=(2, 3, 4)).argmax(axis=1)  # the frame that counted most
    shown = maps[np.arange(tested), frames, ..., 0]
    masks = region_masks(boxes, shown.shape)
    inside, chance = energy_inside(shown, masks).mean(), masks.mean()
    print(
        f"test accuracy {accuracy:.1%}; the frame with the digit counts most in {(first == frames).mean():.1%} of the "
        f"clips, by chance in {1 / FRAMES:.0%}; of its map lies within the digit's box {inside:.0%}, by chance "
        f"{chance:.0%}, and its peak in {pointing(shown, masks).mean():.0%}"
    )
    explanation = kx.explain(model, x_test[:24], labels=y_test[:24], methods=["grad_cam", "saliency"])
    explanation[:4].plot(size=1.6).savefig(OUT)
    explanation.to_html(PAGE)  # each clip as a film
    return accuracy, (first == frames).mean(), inside / chance


if __name__ == "__main__":
    sys.exit(main() and None)
