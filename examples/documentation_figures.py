"""Draw the figures of the documentation into docs/images.

Run `keras-explain demo` first: most figures show the network that it trained, and what it logged. Run both from
the root of the repository.
"""

import tempfile
from pathlib import Path

import keras
import matplotlib
import numpy as np
import tensorflow as tf
from keras import layers
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle
from PIL import Image

import keras_explain as kx
from examples import photographs
from keras_explain.demo import OUT, trained
from keras_explain.metrics import movement
from keras_explain.visual.figure import gallery
from keras_explain.visual.look import look_of
from keras_explain.visual.picture import attribution_picture, showable
from keras_explain.visual.plot import plot_attribution, plot_input

IMAGES = Path("docs/images")
INK, FORWARD, BACKWARD = "#222222", "#5e35b1", "#e4572e"


def save(figure, name):
    """Writes a figure as a small PNG."""
    figure.savefig(IMAGES / f"{name}.png")
    picture = Image.open(IMAGES / f"{name}.png").convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)


def draw_photographs():
    """What is seen on the left, and on the right, where two photographs stand side by side."""
    with tempfile.TemporaryDirectory() as folder:
        model, _ = photographs.main(folder=Path(folder))
        for half in ("left", "right"):
            picture = Image.open(Path(folder, f"photographs_{half}.png")).convert("RGB")
            picture.thumbnail((1300, 1300), Image.Resampling.LANCZOS)
            picture.save(IMAGES / f"photographs_{half}.jpg", quality=84)
    return model


def draw_methods(model):
    """What each method shows of the cat, beside a cup of coffee."""
    cat, coffee = (np.asarray(photographs.PHOTOGRAPHS[name]()) for name in ("cat", "coffee"))
    image = photographs.side_by_side(cat, coffee)
    explanation = kx.explain(model, image[np.newaxis].astype("float32"), 1, list(kx.METHODS))
    rows = -(-(len(explanation.maps) + 1) // 4)
    figure = Figure(figsize=(9, 1.45 * rows), layout="constrained")
    axes = figure.subplots(rows, 4).ravel()
    plot_input(image, axes[0], "cat and coffee")
    for one, (key, maps) in zip(axes[1:], explanation.maps.items()):
        plot_attribution(image, maps[0], one, bar=False, title=explanation.titles[key], **explanation.look(key))
    for one in axes[len(explanation.maps) + 1 :]:
        one.remove()
    figure.savefig(IMAGES / "methods.jpg", dpi=112, pil_kwargs={"quality": 75})


def draw_explanation(model, x):
    """What `explain` shows of three digits."""
    methods = ["cam", "grad_cam", "saliency", "guided_backprop", "guided_grad_cam", kx.Occlusion(model, patch=8)]
    save(kx.explain(model, x[:3], methods=methods).plot(size=1.3), "explanation")


def draw_sanity_check(model, x):
    """Maps of the trained network, and after its last two layers with weights were drawn anew."""
    drawn = keras.models.clone_model(model)
    drawn.set_weights(model.get_weights())
    kept = {layer.name for layer in model.layers if layer.weights} - {
        [layer for layer in model.layers if isinstance(layer, kind)][-1].name for kind in (layers.Conv2D, layers.Dense)
    }
    fresh = keras.models.clone_model(model)
    for layer in drawn.layers:
        if layer.weights and layer.name not in kept:
            layer.set_weights(fresh.get_layer(layer.name).get_weights())
    predicted = model.predict(x, verbose=0).argmax(axis=1)
    columns, shown, rows = ["input"], showable(x), []
    maps = {}
    for method in (kx.GuidedBackprop, kx.GradCAM):
        pair = [method(one)(x, predicted) for one in (model, drawn)]
        moved = movement(*pair)
        print(f"{method.key}: 1 - cosine between trained and randomized {moved.mean():.2f} over {len(x)} images")
        maps |= {
            f"{method.title}\ntrained": (pair[0], look_of(method)),
            f"{method.title}\nrandomized": (pair[1], look_of(method)),
        }
    columns += list(maps)
    for i in range(2):
        rows.append([shown[i], *(attribution_picture(shown[i], m[i], **look) for m, look in maps.values())])
    save(gallery(rows, columns, size=1.6), "sanity_check")


def draw_training():
    """What the logger wrote of three images in the epochs of the demo."""
    save(kx.read_log(OUT / "logs").plot("grad_cam", rows=3), "training")


def draw_saturation(model, x):
    """How long the gradient of the probability and that of the logit are, by the probability."""
    doubt = 1 - model.predict(x, verbose=0).max(axis=1).astype(float)
    figure = Figure(figsize=(5.2, 3), layout="constrained")
    axes = figure.add_subplot()
    for score, color in (("logit", FORWARD), ("probability", BACKWARD)):
        gradients = kx.Saliency(model, score=score, magnitude=None)(x)
        lengths = np.sqrt(np.square(gradients).sum(axis=(1, 2, 3)))
        axes.loglog(np.maximum(doubt, 1e-7), lengths, ".", markersize=4, color=color, label=f"of the {score}")
    axes.set(xlabel="1 - probability of the predicted class", ylabel="length of the gradient by the image")
    axes.invert_xaxis()
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    save(figure, "saturation")


def draw_series():
    """A time series with a bump, and where a network finds it."""
    rng = np.random.default_rng(0)
    time, labels = np.arange(128), np.arange(512) % 2
    middles, widths = rng.uniform(20, 108, (512, 1)), np.where(labels, 8, 2.5)[:, None]
    x = rng.normal(size=(512, 128)).cumsum(axis=1) / 12 + 2 * np.exp(-(((time - middles) / widths) ** 2))
    x = x[..., None].astype("float32")
    chain = [layers.Conv1D(16, 9, padding="same", activation="relu") for _ in range(3)]
    head = [layers.GlobalAveragePooling1D(), layers.Dense(2, activation="softmax")]
    model = keras.Sequential([keras.Input((128, 1)), *chain, *head])
    model.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, labels, epochs=25, verbose=0)
    print(f"series: training accuracy {model.evaluate(x, labels, verbose=0)[1]:.1%}")
    maps, shown = kx.GradCAM(model)(x[1:2], 1), showable(x[1:2])
    figure = Figure(figsize=(7, 2.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    plot_input(shown[0], left, "a series of 128 steps")
    plot_attribution(shown[0], maps[0], right, bar=False, title='Grad-CAM of "a wide bump"')
    save(figure, "series")


def draw_features(model, x):
    """What channels of the third convolution answer to: synthesized, and around the places that excite them most."""
    layer = [layer for layer in model.layers if isinstance(layer, layers.ReLU)][2]
    channels = [6, 12, 36, 42]
    features = kx.FeatureVisualization(model, layer, channels, recipe="natural", bounds=(0, 1))
    found = kx.most_exciting(model, layer, x, channels, count=7, by="max")
    save(found.plot(features(seed=0), crop=24, value_range=(0, 1), size=1.0, dpi=110), "features")


def box(axes, x, y, text, width=1.5, color=INK, fill="white"):
    """Draws a box with text around a point."""
    patch = FancyBboxPatch(
        (x - width / 2, y - 0.28), width, 0.56, boxstyle="round,pad=0.04", ec=color, fc=fill, linewidth=1.3
    )
    axes.add_patch(patch)
    axes.text(x, y, text, ha="center", va="center", fontsize=9, color=color)


def arrow(axes, start, end, color=INK, curve=0.0, style="-|>"):
    """Draws an arrow."""
    bend = f"arc3,rad={curve}"
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle=style, mutation_scale=12, color=color, linewidth=1.4, connectionstyle=bend
        )
    )


def diagram(width, height):
    """Returns a figure with axes in inches, without frame."""
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes([0, 0, 1, 1])
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.axis("off")
    return figure, axes


def draw_tapping():
    """How the output of a nested layer is reached."""
    figure, axes = diagram(8.4, 2.7)
    axes.add_patch(Rectangle((1.95, 0.35), 4.3, 1.35, ec="0.6", fc="#f4f1fa", linewidth=1))
    axes.text(2.05, 0.47, 'nested model "backbone"', fontsize=8, color="0.4")
    for x, text in ((0.95, "images"), (2.95, "conv1"), (5.05, "conv2"), (7.35, "score")):
        box(axes, x, 1.1, text, color=FORWARD if text == "conv2" else INK)
    for start, end in ((1.74, 2.16), (3.74, 4.26), (5.84, 6.56)):
        arrow(axes, (start, 1.1), (end, 1.1))
    axes.text(4.0, 2.35, "keras.Operation.__call__", fontsize=9, color=FORWARD, ha="center", family="monospace")
    axes.text(4.0, 2.07, "stood in for while the model is traced: lists each call, hands on its output", fontsize=8,
              color="0.3", ha="center")  # fmt: skip
    for x in (2.95, 5.05):
        arrow(axes, (x, 1.42), (x, 1.98), FORWARD)
    arrow(axes, (7.35, 0.78), (5.1, 0.78), BACKWARD, curve=-0.35)
    axes.text(6.95, 0.14, "dy/dA ends here: the tape watches A only", fontsize=8, color=BACKWARD, ha="center")
    save(figure, "tapping")


def draw_relu_rules():
    """What the three rules pass back through one ReLU, computed by them."""
    before = tf.constant([[1.0, -1.0, 5.0], [2.0, -5.0, -7.0], [-3.0, 2.0, 4.0]])
    signal = tf.constant([[-2.0, 3.0, -1.0], [6.0, -3.0, 1.0], [2.0, -1.0, 3.0]])

    def gate(values):
        return tf.where(before > 0, values, 0.0)

    tables = {
        "input $h$": before,
        "signal $R$ from above": signal,
        "gradient\n$[h > 0]\\;R$": gate(signal),
        "deconvnet\n$[R > 0]\\;R$": kx.DeconvNet.rule(gate, signal),
        "guided backprop\n$[h > 0]\\;[R > 0]\\;R$": kx.GuidedBackprop.rule(gate, signal),
    }
    figure = Figure(figsize=(8.4, 2.15), layout="constrained")
    for axes, (title, table) in zip(figure.subplots(1, 5), tables.items()):
        axes.imshow(table, cmap="RdBu_r", vmin=-9, vmax=9)
        for (row, column), value in np.ndenumerate(table.numpy()):
            axes.text(column, row, f"{value:g}", ha="center", va="center", color="0.7" if value == 0 else INK)
        axes.set_title(title, fontsize=9)
        axes.set(xticks=[], yticks=[])
    save(figure, "relu_rules")


def draw_one_trace():
    """How several methods share a forward pass."""
    figure, axes = diagram(8.4, 2.9)
    box(axes, 1.1, 1.45, "images, targets", 1.8)
    box(axes, 3.5, 1.45, "one forward pass", 1.8, FORWARD)
    arrow(axes, (2.04, 1.45), (2.56, 1.45))
    ends = (
        (2.5, "CAM: no gradient", INK),
        (1.8, "Grad-CAM, of the layer", BACKWARD),
        (1.1, "saliency, by the image", BACKWARD),
        (0.4, "guided backprop, by the image", BACKWARD),
    )
    for y, text, color in ends:
        box(axes, 6.6, y, text, 3.0, color)
        arrow(axes, (4.44, 1.45), (5.06, y), color)
    save(figure, "one_trace")


def draw_changes(model, x):
    """How far a hidden patch reaches: what it changes in the output of each ReLU."""
    hidden = x.copy()
    hidden[:, 32:40, 24:32] = x.mean()
    relus = [layer for layer in model.layers if isinstance(layer, layers.ReLU)]
    outputs = keras.Model(model.inputs, [layer.output for layer in relus])
    whole, changed = (outputs(images) for images in (x, hidden))
    figure = Figure(figsize=(8.4, 1.9), layout="constrained")
    axes = figure.subplots(1, 6)
    axes[0].imshow(hidden[0, ..., 0], cmap="gray")
    axes[0].set_title("patch of 8x8", fontsize=9)
    for i, (one, other) in enumerate(zip(whole, changed)):
        difference = np.abs(np.asarray(one - other))[0].max(axis=-1)
        axes[i + 1].imshow(np.where(difference > 0, difference, np.nan), cmap=matplotlib.colormaps["inferno"], vmin=0)
        axes[i + 1].set_facecolor("0.9")
        axes[i + 1].set_title(f"ReLU {i + 1}: {(difference > 0).mean():.0%}", fontsize=9)
    for one in axes:
        one.set(xticks=[], yticks=[])
        one.spines[:].set_visible(False)
    save(figure, "changes")


def main():
    """Draws all of them."""
    IMAGES.mkdir(exist_ok=True)
    keras.utils.set_random_seed(0)
    model, x, _, _ = trained()
    draw_methods(draw_photographs())
    draw_explanation(model, x)
    draw_sanity_check(model, x[:100])
    draw_training()
    draw_saturation(model, x[:400])
    draw_series()
    draw_features(model, x)
    draw_tapping()
    draw_relu_rules()
    draw_one_trace()
    draw_changes(model, x[:1])


if __name__ == "__main__":
    main()
