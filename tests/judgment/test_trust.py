"""What is said of maps whose faults and merits are known."""

import keras
import numpy as np
import pytest
from keras import layers

import keras_explain as kx
from keras_explain.errors import InputError, OptionError
from tests.networks import build

SHAPE = (16, 20, 1)


@pytest.fixture(scope="module")
def corner():
    """Returns a network of two classes that looks at one corner of the image alone, and images bright all over."""
    weights = np.zeros((*SHAPE, 2), "float32")
    weights[:4, :5, :, 0], weights[-4:, -5:, :, 1] = 1, 1
    model = keras.Sequential([keras.Input(SHAPE), layers.Flatten(), layers.Dense(2, use_bias=False)])
    model.layers[-1].set_weights([weights.reshape(-1, 2)])
    images = np.full((3, *SHAPE), 0.2, "float32")
    images[:, :4, :5] = images[:, -4:, -5:] = np.array([1, 0.9, 0.8]).reshape(3, 1, 1, 1)
    return model, images


def test_a_right_map_holds_and_a_wrong_one_does_not(corner):
    model, images = corner
    explanation = kx.explain(model, images, 0, methods=[kx.GradientTimesInput, Elsewhere(model)], head="values")
    found = kx.trust(explanation, places=9)
    for image in range(3):
        right, wrong = (found.of(name, "deletion", image)[0] for name in ("gradient_times_input", "elsewhere"))
        assert right.holds and right.value > right.chance >= 1
        assert not wrong.holds and wrong.value <= wrong.chance
        assert "no more than chance" in wrong.sentence and "no more than chance" not in right.sentence
    by_class = found.of("gradient_times_input", "class")
    assert len(by_class) == 3 and all(row.holds and row.value < 0.5 for row in by_class)
    by_weights = found.of("gradient_times_input", "weights")
    assert all(row.holds and "its last layers redrawn, from 'dense" in row.sentence for row in by_weights)
    assert str(found).startswith("Gradient times input: all speak for it\n  deletion: holds for 3 of 3 images")
    assert "Elsewhere: none speaks for it" in str(found) and "nothing on class and weights" in found.notes[-1]


class Elsewhere:
    """An explainer that marks the middle, where this network never looks."""

    key, title, signed, layer = "elsewhere", "Elsewhere", False, None

    def __init__(self, model):
        self.model = model

    def targets(self, images, target=None):
        return np.zeros(len(images), np.int32)

    def __call__(self, images, target=None):
        maps = np.zeros((len(images), *SHAPE), "float32")
        maps[:, 6:10, 8:13] = 1
        return maps


def test_a_map_of_the_image_alone_is_told_to_be_that(images):
    class Picture(kx.Saliency):
        key, title = "picture", "Picture"

        def combine(self, images, gradients):
            return images + 0 * gradients

    model = build("nested")
    found = kx.trust(kx.explain(model, images, methods=[Picture, "grad_cam"]), places=3)
    for measure, said in (("class", "doesn't say why this class"), ("weights", "doesn't show what they learned")):
        rows = found.of("picture", measure)
        assert len(rows) == 6 and not any(row.holds for row in rows)
        assert all(row.value > 0.99 and said in row.sentence for row in rows)
    assert "Picture: they disagree" in str(found) or "Picture: none speaks for it" in str(found)


def test_a_model_that_does_not_know_its_inputs_is_traced_with_the_images(images):
    found = kx.trust(kx.explain(build("subclassed"), images[:2], methods=["saliency"]), places=3)
    assert {row.measure for row in found.rows} == {"deletion", "class", "weights"} and not found.notes


def test_of_one_image_its_own_sentences_are_told(corner):
    model, images = corner
    explanation = kx.explain(model, images, [0, 1, 0], methods=["gradient_times_input"], head="values")
    found = kx.trust(explanation[1:2], places=5)
    assert [row.image for row in found.rows] == [0] * 3
    assert all(f"  {row.sentence}" in str(found) for row in found.rows)
    whole = kx.trust(explanation, places=5).of("gradient_times_input", "deletion", 1)[0]
    assert whole.value == pytest.approx(found.of("gradient_times_input", "deletion")[0].value, rel=1e-5)


def test_of_several_classes_the_first_is_judged(corner):
    model, images = corner
    one, both = (kx.explain(model, images, target, ["gradient_times_input"]) for target in (None, "top2"))
    of_one, of_both = (kx.trust(explanation, places=4).rows for explanation in (one, both))
    np.testing.assert_allclose([row.value for row in of_one], [row.value for row in of_both], rtol=1e-4)


def test_is_repeatable_and_says_its_cost(corner, capsys):
    explanation = kx.explain(*corner, methods=["saliency"])
    first = kx.trust(explanation, places=3, verbose=1)
    told = capsys.readouterr().err
    assert told.startswith("trust: 48 forward passes, and up to 13 further maps for each of 3.\n")
    counted = [int(line.split(" of ")[1].split(",")[0]) for line in told.splitlines() if line.startswith("map ")]
    assert 0 < counted[0] <= 13 * 3
    assert kx.trust(explanation, places=3, verbose=0).rows == first.rows
    assert not capsys.readouterr().err


def test_what_cannot_be_judged_is_refused(corner, tmp_path):
    explanation = kx.explain(*corner, methods=["saliency"])
    explanation.save(tmp_path / "why")
    with pytest.raises(InputError, match="without its network"):
        kx.trust(kx.load(tmp_path / "why"))
    with pytest.raises(OptionError, match="as kx.explain returns it"):
        kx.trust(corner[0])
    for options in ({"places": 0}, {"seed": -1}, {"verbose": 2}):
        with pytest.raises(OptionError, match="expected"):
            kx.trust(explanation, **options)
