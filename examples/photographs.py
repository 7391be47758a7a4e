"""Ask a network that knows six photographs what it sees where two of them stand side by side.

The photographs come with scikit-image and scikit-learn, and the network learns in a minute to tell from which of them a
piece was cut. `photographs_left.png` shows the maps for what stands on the left, `photographs_right.png` the others,
and `photographs.html` is a page to explore the six photographs by themselves.
"""

from pathlib import Path

import keras
import numpy as np
from keras import layers
from PIL import Image
from skimage import data
from sklearn.datasets import load_sample_image

import keras_explain as kx
from keras_explain.metrics import energy_inside, evidence, region_masks

SIDE = 96
PHOTOGRAPHS = {
    "astronaut": data.astronaut,
    "cat": data.chelsea,
    "coffee": data.coffee,
    "flower": lambda: load_sample_image("flower.jpg"),
    "rocket": data.rocket,
    "temple": lambda: load_sample_image("china.jpg"),
}
PAIRS = [("cat", "coffee"), ("flower", "astronaut"), ("rocket", "temple")]


def pieces(photograph, count, rng):
    """Returns squares cut out at random, half of them mirrored, `(count, SIDE, SIDE, 3)` in 0..255."""
    height, width = photograph.shape[:2]
    found = np.empty((count, SIDE, SIDE, 3), "float32")
    for piece in found:
        side = int(rng.uniform(0.3, 0.9) * min(height, width))
        top, left = rng.integers(height - side + 1), rng.integers(width - side + 1)
        cut = Image.fromarray(photograph[top : top + side, left : left + side]).resize((SIDE, SIDE))
        piece[:] = np.asarray(cut)[:, :: rng.choice([-1, 1])]
    return found


def build_model():
    """Returns a network that takes photographs of any size, values from 0 to 255."""
    x = inputs = keras.Input((None, None, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(x)
    for filters, strides in ((24, 2), (32, 2), (48, 2), (64, 1)):
        x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(len(PHOTOGRAPHS), activation="softmax")(x), name="photographs")


def side_by_side(left, right):
    """Returns the middles of two photographs beside each other, `(2 SIDE, 4 SIDE, 3)`."""
    halves = []
    for photograph in (left, right):
        side = min(photograph.shape[:2])
        top, start = ((length - side) // 2 for length in photograph.shape[:2])
        middle = Image.fromarray(photograph[top : top + side, start : start + side])
        halves.append(np.asarray(middle.resize((2 * SIDE, 2 * SIDE))))
    return np.concatenate(halves, axis=1)


def trained(photographs, count=200, epochs=8):
    """Returns a network that tells from which of the photographs a piece was cut."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    x = np.concatenate([pieces(photograph, count, rng) for photograph in photographs])
    y = np.repeat(np.arange(len(photographs)), count)
    model = build_model()
    model.compile(keras.optimizers.Adam(2e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, batch_size=50, epochs=epochs, verbose=2)
    return model


def main(count=200, epochs=8, folder=Path()):
    """Trains and draws; returns the network, and how much of each map lies on the half that shows the class."""
    photographs = {name: np.asarray(read()) for name, read in PHOTOGRAPHS.items()}
    names = list(photographs)
    model = trained(list(photographs.values()), count, epochs)

    images = np.stack([side_by_side(photographs[left], photographs[right]) for left, right in PAIRS])
    height, width = images.shape[1:3]
    shares, methods = [], ["cam", "grad_cam", "guided_grad_cam", kx.Occlusion(model, patch=24, stride=12)]
    for number, (start, stop) in enumerate(((0, width // 2), (width // 2, width))):
        target = [names.index(pair[number]) for pair in PAIRS]
        explanation = kx.explain(model, images.astype("float32"), target, methods, class_names=names)
        explanation.plot(size=1.4).savefig(folder / f"photographs_{('left', 'right')[number]}.png")
        masks = region_masks([(0, start, height, stop)] * len(PAIRS), images.shape[:-1])
        shares.append(energy_inside(evidence(explanation.maps["grad_cam"]), masks))
        for pair, share in zip(PAIRS, shares[-1]):
            print(f"Grad-CAM of {pair[number]!r} beside {pair[1 - number]!r}: {share:.0%} on its own half")
    whole = [np.asarray(Image.fromarray(one).resize((2 * SIDE, 2 * SIDE))) for one in photographs.values()]
    explanation = kx.explain(
        model, np.stack(whole).astype("float32"), "top2", methods, class_names=names, labels=list(range(len(names)))
    )
    explanation.to_html(folder / "photographs.html", names=names, original=list(photographs.values()))
    return model, shares


if __name__ == "__main__":
    main()
