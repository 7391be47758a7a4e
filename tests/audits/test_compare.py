"""What is told to have changed between networks whose difference is known."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from PIL import Image
from scipy.stats import binomtest

import keras_explain as kx
from keras_explain.audits.changes import _sign_test
from keras_explain.errors import InputError, OptionError
from keras_explain.metrics import movement
from tests.networks import build

SHAPE = (8, 12, 2)


def network(weights, name="network"):
    """Returns a network that sums each of two channels up, and weighs the sums, float `(2, units)`."""
    same = layers.Conv2D(2, 1, use_bias=False, activation="relu")
    head = layers.Dense(np.shape(weights)[1], use_bias=False)
    model = keras.Sequential([keras.Input(SHAPE), same, layers.GlobalAveragePooling2D(), head], name=name)
    same.set_weights([np.eye(2).reshape(1, 1, 2, 2)])
    head.set_weights([np.array(weights)])
    model.add(layers.Softmax() if head.units > 1 else layers.Activation("sigmoid"))
    return model


@pytest.fixture(scope="module")
def images():
    """Of class 0 the left half is bright in channel 0, of class 1 the right half in channel 1, less and less."""
    images = np.zeros((4, *SHAPE), "float32")
    images[:2, :, :6, 0] = np.reshape([1, 0.5], (2, 1, 1))
    images[2:, :, 6:, 1] = np.reshape([1, 0.5], (2, 1, 1))
    return images


@pytest.fixture(scope="module")
def pair():
    return network([[8, 0], [0, 8]], "right"), network([[0, 8], [8, 0]], "wrong")


def test_what_is_broken_comes_first_the_surest_at_its_head(pair, images):
    changes = kx.compare(*pair, images, labels=[0, 0, 1, 1], class_names=["left", "right"])
    assert [row.key for row in changes.rows] == ["0", "2", "1", "3"]
    assert {row.kind for row in changes.rows} == {"broken"} and len(changes) == 4
    first = changes.rows[0]
    assert (first.label, first.before, first.after, first.target) == (0, 0, 1, 0)
    assert first.sure_before == first.sure_after == pytest.approx(1 / (1 + np.exp(-4)), rel=1e-5)
    assert str(changes).splitlines() == [
        "4 images, another class for 4: 4 broken, 0 fixed, 0 flipped.",
        "Accuracy 100.0% by right, 0.0% by wrong; by chance alone broken and fixed ones are as many apart with "
        "p = 0.12.",
        "  left: 2 broken; maps moved 1.00 (median)",
        "  right: 2 broken; maps moved 1.00 (median)",
    ]
    back = kx.compare(*pair[::-1], images, labels=[0, 0, 1, 1])
    assert {row.kind for row in back.rows} == {"fixed"} and [row.key for row in back.of(label=1)] == ["2", "3"]


def test_without_labels_both_explain_what_the_first_one_takes_it_for(pair, images):
    changes = kx.compare(*pair, images, labels=[0, None, None, 1])
    kinds = {row.key: (row.kind, row.label, row.target) for row in changes.rows}
    assert kinds == {
        "0": ("broken", 0, 0),
        "1": ("flipped", None, 0),
        "2": ("flipped", None, 1),
        "3": ("broken", 1, 1),
    }


def test_maps_of_kept_decisions_are_ordered_by_how_far_they_moved():
    images = np.random.default_rng(0).normal(size=(9, 12, 16, 3)).astype("float32")
    before, after = build("softmax_layer"), build("softmax_layer")
    kernel = after.trainable_variables[0]
    kernel.assign(kernel + np.random.default_rng(1).normal(scale=0.02, size=kernel.shape))
    dataset = tf.data.Dataset.from_tensor_slices(images).batch(4)
    changes = kx.compare(before, after, dataset, method=kx.HiResCAM, names=["old", "new"])
    kept = changes.of("kept")
    assert len(kept) > 4 and all(one.movement >= other.movement for one, other in zip(kept, kept[1:]))
    row, targets = kept[0], kx.HiResCAM(before).targets(images)
    maps = [kx.HiResCAM(model, resize=False)(images, targets) for model in (before, after)]
    assert row.movement == pytest.approx(movement(*maps)[int(row.key)], abs=1e-6)
    assert repr(changes) == "<Changes of 9 images from old to new>"
    same = kx.compare(before, before, images)
    assert len(same.of("kept")) == 9 and max(row.movement for row in same.rows) < 1e-6


def test_the_first_rows_are_drawn_with_either_map(pair):
    rgb = np.random.default_rng(0).uniform(size=(7, 8, 12, 3)).astype("float32")
    changes = kx.compare(build("functional"), build("nested"), np.resize(rgb, (7, 12, 16, 3)), pictures=3)
    figure = changes.plot(rows=2)
    titles = [axes.get_title() for axes in figure.axes]
    assert any("before" in title for title in titles) and len(changes.pictured) == 3
    assert list(changes.pictured) == [row.key for row in changes.rows[:3]]
    blind = kx.compare(*pair, np.ones((1, *SHAPE), "float32"))  # of two channels, which can't be shown
    with pytest.raises(InputError, match="display="):
        blind.plot()


def test_photographs_are_read_as_each_network_takes_them(tmp_path):
    def of_size(size, scaled):
        first = [layers.Rescaling(1 / 255)] if scaled else []
        chain = [layers.Conv2D(4, 3, activation="relu"), layers.GlobalAveragePooling2D(), layers.Dense(2)]
        return keras.Sequential([keras.Input((*size, 3)), *first, *chain, layers.Softmax()])

    rng = np.random.default_rng(0)
    for name in ("ant", "bee"):
        (tmp_path / name).mkdir()
        for number in range(3):
            Image.fromarray(rng.integers(256, size=(20, 30, 3)).astype("uint8")).save(tmp_path / name / f"{number}.png")
    (tmp_path / "bee" / "broken.png").write_text("none")
    changes = kx.compare(of_size((16, 16), True), of_size((24, 24), False), tmp_path)
    assert len(changes) == 6 and changes.class_names == ["ant", "bee"] and list(changes.broken) == ["bee/broken.png"]
    assert {(row.key.split("/")[0], row.label) for row in changes.rows} == {("ant", 0), ("bee", 1)}
    assert "1 photographs could not be read." in str(changes)


def test_a_single_unit_tells_two_classes(images):
    changes = kx.compare(network([[-1], [1]]), network([[1], [-1]]), images, labels=[0, 0, 1, 1])
    assert {row.kind for row in changes.rows} == {"broken"} and changes.class_names == ["0", "1"]


def test_what_cannot_be_compared_is_refused(pair, images):
    three = network(np.eye(2, 3))
    with pytest.raises(OptionError, match="the same classes, received 2 and 3"):
        kx.compare(pair[0], three, images)
    with pytest.raises(OptionError, match="of which each network gets its own"):
        kx.compare(*pair, images, method=kx.GradCAM(pair[0]))
    with pytest.raises(OptionError, match="names= as two different texts"):
        kx.compare(*pair, images, names=["old", "old"])
    with pytest.raises(InputError):
        kx.compare(*pair, images[:, :4])
    for options in ({"pictures": 0}, {"batch_size": 0}, {"display": 3}, {"count": 0}):
        with pytest.raises(OptionError, match="expected"):
            kx.compare(*pair, images, **options)


@pytest.mark.parametrize(("one", "other"), [(0, 0), (0, 4), (3, 5), (40, 61), (20000, 20500)])
def test_the_sign_test_is_the_binomial_one(one, other):
    assert _sign_test(one, other) == pytest.approx(binomtest(one, one + other).pvalue if one + other else 1, rel=1e-9)
