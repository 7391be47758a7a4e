"""What a named score is not for is refused before any work."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import keras_explain as kx
from tests.scores.networks import SIZE, conv, unet

MASK = np.ones(SIZE)
MADE = {
    "an empty mask": (lambda: kx.scores.region(MASK * 0, 1), kx.InputError, "with a region in it"),
    "texts": (lambda: kx.scores.region([["a"]], 1), kx.InputError, "mask as numbers"),
    "a word": (lambda: kx.scores.region("all", 1), kx.OptionError, '"predicted"'),
    "no index": (lambda: kx.scores.region(MASK, "car"), kx.OptionError, "class_index as a whole number from 0"),
    "a negative unit": (lambda: kx.scores.unit(-1), kx.OptionError, "index as a whole number from 0"),
    "a class against itself": (lambda: kx.scores.difference(1, 1), kx.OptionError, "two classes, received 1 twice"),
    "no labels": (lambda: kx.scores.multi_label(set()), kx.OptionError, "one index or more"),
}
ASKED = {
    "another size": (
        lambda: kx.scores.region(MASK[:9], 1),
        kx.OptionError,
        r"places \(16, 24\), received",
    ),
    "no such class": (lambda: kx.scores.region(MASK, 3), kx.OptionError, "classes from 0 to 2"),
    "a margin": (lambda: kx.scores.margin(), kx.ModelError, r"shape \(N, classes\)"),
    "two classes": (lambda: kx.scores.difference(0, 1), kx.ModelError, "use scores.region"),
    "a unit of a table": (lambda: kx.scores.unit(1), kx.ModelError, "output of 2 axes"),
    "no such unit": (lambda: kx.scores.unit((1, 24, 0)), kx.OptionError, "up to 23 along axis 2"),
}


@pytest.mark.parametrize("what", MADE)
def test_arguments(what):
    make, kind, message = MADE[what]
    with pytest.raises(kind, match=message):
        make()


HEADS = {
    "transposed": [layers.Conv2DTranspose(3, 3, strides=2, padding="same")],
    "nearest": [layers.Conv2D(3, 1), layers.UpSampling2D()],
    "bicubic": [layers.Conv2D(3, 1), layers.UpSampling2D(interpolation="bicubic")],
    "shuffled": [layers.Conv2D(12, 1), layers.Lambda(lambda x: tf.nn.depth_to_space(x, 2))],
    "softmax": [layers.Conv2D(3, 1, activation="softmax"), layers.UpSampling2D()],
}


@pytest.mark.parametrize("what", HEADS)
def test_what_is_enlarged_are_logits_or_is_refused(what):
    model = keras.Sequential([keras.Input((*SIZE, 3)), conv(4, "features", strides=2), *HEADS[what]])
    if what == "softmax":
        with pytest.raises(kx.ModelError, match="received another; say what it is by head="):
            kx.GradCAM(model, score=kx.scores.region(MASK, 1))
    else:
        assert kx.GradCAM(model, score=kx.scores.region(MASK, 1)).layer == "features"


@pytest.mark.parametrize("what", ASKED)
def test_an_output_that_it_is_not_for(what):
    make, kind, message = ASKED[what]
    with pytest.raises(kind, match=message):
        kx.Saliency(unet(), score=make())


def test_a_target_is_refused_where_the_score_has_its_own():
    explainer = kx.Saliency(unet(), score=kx.scores.region(MASK, 1))
    with pytest.raises(kx.TargetError, match=r"no target for scores.region\(mask=<384 of 16 x 24 pixels>.*received 2"):
        explainer(np.ones((1, *SIZE, 3)), 2)


def test_an_image_of_a_region_is_made_without_a_target():
    visualization = kx.ClassVisualization(unet(), score=kx.scores.region(MASK, 1), steps=2, verbose=0)
    assert visualization(None, seed=0).shape == (1, *SIZE, 3)
    with pytest.raises(kx.TargetError, match="no target for scores.region"):
        visualization(1)
    with pytest.raises(kx.TargetError, match="the class or the classes to visualize, received None"):
        kx.ClassVisualization(unet(), score=lambda outputs, target: outputs[:, 0, 0, 0], verbose=0)(None)


def test_probabilities_by_another_route_have_no_logits():
    inputs = keras.Input((*SIZE, 3))
    average = layers.Average()([layers.Conv2D(3, 1, activation="softmax")(conv(4, f"c{i}")(inputs)) for i in range(2)])
    model = keras.Model(inputs, average)
    model.compile("sgd", keras.losses.CategoricalCrossentropy(from_logits=True))  # a word that nothing proves
    with pytest.raises(kx.ModelError, match="received another; say what it is by head="):
        kx.Saliency(model, score=kx.scores.region(MASK, 1))
    assert kx.Saliency(model, score=kx.scores.unit((0, 0, 1)))
    assert kx.Saliency(model, score=kx.scores.region(MASK, 1), head="values")


def test_images_of_another_size_than_the_mask():
    explainer = kx.Saliency(unet(size=(None, None)), score=kx.scores.region(MASK, 1))
    assert explainer(np.ones((1, *SIZE, 3))).any()
    with pytest.raises(kx.InputError, match=r"a size for which scores.region.* is, received \(8, 8\)"):
        explainer(np.ones((1, 8, 8, 3)))


def test_numbers_are_no_traced_output():
    with pytest.raises(kx.ModelError, match="hand the score to an explainer"):
        kx.scores.region(MASK, 1)(tf.ones((1, *SIZE, 3)), -1)
