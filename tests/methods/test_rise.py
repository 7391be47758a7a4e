import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import RISE, InputError, MethodError, ModelError, OptionError, explain
from keras_explain.inputs.baseline import blurred
from keras_explain.maps import resize
from keras_explain.methods.rise.masks import Masks, upsampled
from keras_explain.visual.picture import attribution_picture
from tests.networks import Chain, build, linear


def cut(grids, shifts, size):
    """Returns the same masks by the paper's words: upsampled whole, and cut out."""
    sides = [-(-length // cells) for length, cells in zip(size, grids.shape[1:])]
    whole = resize(tf.constant(grids[..., np.newaxis]), [(n + 1) * side for n, side in zip(grids.shape[1:], sides)])
    corners = np.floor(shifts * sides).astype(int)
    places = [tuple(slice(a, a + n) for a, n in zip(corner, size)) for corner in corners]
    return np.stack([mask[place] for mask, place in zip(whole.numpy()[..., 0], places)])


def expected(weights, image, bias, cells, keep):
    """Returns the mean of the maps of `f = b + sum_l w_l x_l`: `b + sum_l w_l x_l E[M_l M_m] / p` at each place `m`.

    With the share `a_lc` of cell `c` in place `l`, `E[M_l M_m] = p^2 + p (1 - p) mean_shift sum_c a_lc a_mc`.
    """
    added = (weights * image).sum(-1)
    along = added
    for length, count in zip(added.shape, cells):
        side = -(-length // count)
        at = ((np.arange(side)[:, np.newaxis] + np.arange(length)) + 0.5) * count / ((count + 1) * side) - 0.5
        shares = np.stack([np.interp(at, np.arange(count), row) for row in np.eye(count)])
        along = np.tensordot(along, np.einsum("csl,csm->lm", shares, shares) / side, (0, 0))
    return bias + keep * added.sum() + (1 - keep) * along


def by_brute_force(model, images, masks, keep, target, hidden=0.0):
    """Returns the maps and their standard errors by the model's own predictions, float64."""
    masks = masks[:, np.newaxis, ..., np.newaxis]
    copies = hidden + (images - hidden) * masks
    scores = model.predict(copies.reshape(-1, *images.shape[1:]), verbose=0)[:, target]
    terms = scores.reshape(*copies.shape[:2], 1, 1, 1).astype(np.float64) * masks / keep
    return np.mean(terms, 0), np.std(terms, 0, ddof=1) / np.sqrt(len(terms))


def test_masks_by_hand():
    # C = 1: two cells become three places, at -1/6, 1/2 and 7/6 of the cells, of which the first two are taken
    masks = upsampled(tf.constant([[0.0, 1.0], [1.0, 0.0]]), tf.zeros((2, 1)), [2])
    np.testing.assert_allclose(masks, [[0, 0.5], [1, 0.5]], atol=1e-6)
    # C = 2: the two cells become six places, at -1/3, 0, 1/3, 2/3, 1 and 4/3; from the second on by half a cell's shift
    masks = upsampled(tf.constant([[0.0, 1.0]] * 2), tf.constant([[0.49], [0.5]]), [4])
    np.testing.assert_allclose(masks, [[0, 0, 1 / 3, 2 / 3], [0, 1 / 3, 2 / 3, 1]], atol=1e-6)


@pytest.mark.parametrize(
    ("size", "cells"), [((30,), (7,)), ((45, 61), (7, 5)), ((3, 4), (7, 7)), ((9, 7, 5), (2, 3, 1))]
)
def test_masks_are_cut_from_upsampled_grids(size, cells):
    drawn = Masks.drawn(6, cells, 0.4, 3)
    masks = drawn.make(np.arange(6), size)
    np.testing.assert_allclose(masks, cut(drawn.grids.numpy(), drawn.shifts.numpy(), size), atol=1e-5)


@pytest.mark.parametrize("keep", [0.2, 0.5])
def test_masks_show_each_place_as_often_as_asked(keep):
    masks = Masks.drawn(3000, (4, 3), keep, 0).make(np.arange(3000), (10, 11)).numpy()
    assert masks.min() >= 0 and masks.max() <= 1
    off = (masks.mean(0) - keep) / (masks.std(0) / np.sqrt(3000))
    assert np.abs(off).max() < 4


def test_fewer_masks_are_the_first_of_more_and_each_has_a_shift_of_its_own():
    few, many = (Masks.drawn(count, (5, 4), 0.5, 1) for count in (30, 50))
    for name in ("grids", "shifts"):
        np.testing.assert_array_equal(getattr(few, name), getattr(many, name)[:30])
    assert len(np.unique(many.shifts)) == 100
    assert (Masks.drawn(30, (5, 4), 0.5, 2).grids.numpy() != few.grids.numpy()).any()


@pytest.mark.parametrize(
    ("shape", "keep"), [((24, 1), 0.5), ((10, 14, 2), 0.5), ((10, 14, 2), 0.2), ((5, 6, 4, 1), 0.5)]
)
def test_of_a_linear_model_tends_to_what_is_known(shape, keep, rng):
    weights, images = rng.normal(size=(*shape, 2)), rng.normal(size=(3, *shape)).astype("float32")
    model, cells = linear(weights, 0.7), [4, 3, 2][: len(shape) - 1]
    wanted = [expected(weights[..., 1], image, 0.7, cells, keep) for image in images]
    errors, told = [], []
    for masks in (200, 800, 3200):
        explainer = RISE(model, masks=masks, cells=cells, keep=keep, score="logit", batch_size=800)
        estimate = explainer.run(images, 1)
        off = estimate.maps[..., 0] - wanted
        assert (np.abs(off) < 4 * estimate.standard_error[..., 0]).all()
        errors.append(np.sqrt(np.mean(off**2)))
        told.append(estimate.standard_error.mean())
    assert np.divide(told[:2], told[1:]) == pytest.approx(2, rel=0.1)
    assert 2 < errors[0] / errors[2] < 8  # and 4 on average


@pytest.mark.parametrize("batch_size", [1, 7, 64])
@pytest.mark.parametrize("baseline", [0, "blur"])
def test_equals_brute_force(batch_size, baseline, images):
    model = build("softmax_layer")
    options = {"masks": 23, "cells": (3, 4), "keep": 0.4, "seed": 5, "batch_size": batch_size, "baseline": baseline}
    estimate = RISE(model, **options).run(images[:3], 2)
    masks = Masks.drawn(23, (3, 4), 0.4, 5).make(np.arange(23), (12, 16)).numpy()
    hidden = blurred(images[:3]) if baseline else 0.0
    maps, errors = by_brute_force(model, images[:3], masks, 0.4, 2, hidden)
    np.testing.assert_allclose(estimate.maps, maps, atol=1e-5 * maps.max())
    np.testing.assert_allclose(estimate.standard_error, errors, atol=1e-5 * maps.max())
    np.testing.assert_array_equal(RISE(model, **options)(images[:3], 2), estimate.maps)


def test_an_image_is_explained_alike_in_any_company_and_otherwise_by_another_seed(images):
    model = build("softmax_layer")
    together, alone = (RISE(model, masks=40, seed=1)(some, 0) for some in (images, images[4:5]))
    np.testing.assert_allclose(together[4:5], alone, atol=1e-6)
    assert np.abs(RISE(model, masks=40, seed=2)(images[4:5], 0) - alone).max() > 1e-3


def test_images_of_whole_numbers_are_masked_to_the_nearest(rng):
    inputs = keras.Input((8, 9, 2), dtype="uint8")
    x = layers.Flatten()(layers.Rescaling(1 / 255)(inputs))
    model = keras.Model(inputs, layers.Dense(3)(x))
    pixels = rng.integers(256, size=(2, 8, 9, 2)).astype("uint8")
    maps = RISE(model, masks=20, score="logit", cells=3)(pixels, 1)
    masks = Masks.drawn(20, (3, 3), 0.5, 0).make(np.arange(20), (8, 9)).numpy()[:, np.newaxis, ..., np.newaxis]
    scores = np.stack([model.predict(np.rint(pixels * mask), verbose=0)[:, 1] for mask in masks])
    np.testing.assert_allclose(maps, np.einsum("mn,mhwc->nhwc", scores, masks[:, 0]) / 20 / 0.5, atol=1e-5)


def test_sizes_and_inputs_that_come_with_the_images(images):
    options = {"masks": 30, "score": lambda outputs, target: outputs[:, 1] - outputs[:, 2]}
    explainer, wanted = (RISE(build(form), **options) for form in ("unknown_size", "functional"))
    np.testing.assert_allclose(explainer(images), wanted(images), atol=1e-5)
    assert explainer(images[:, :, :9]).shape == (6, 12, 9, 1)
    model = Chain([layers.Conv2D(4, 3), layers.GlobalAveragePooling2D(), layers.Dense(3)])
    assert RISE(model, masks=3)(images).shape == (6, 12, 16, 1)


def test_shows_progress_when_asked_to(images, capsys):
    RISE(build("functional"), masks=10, verbose=1)(images)
    assert "batch 2 of 2, took 0:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"masks": 1}, "masks as a whole number from 2"),
        ({"cells": 0}, "cells as a whole number from 1"),
        ({"cells": (3, 3, 3)}, "one number or 2, one a dimension"),
        ({"keep": 0}, "keep as a number above 0"),
        ({"keep": 1}, "keep as a number below 1"),
        ({"seed": None}, "seed as a whole number from 0"),
        ({"baseline": "black"}, "black"),
        ({"verbose": 2}, "verbose"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(OptionError, match=message):
        RISE(build("functional"), **options)


def test_what_has_no_places_no_probability_or_another_size_is_refused(images):
    table = keras.Sequential([keras.Input((5,)), layers.Dense(2)])
    with pytest.raises(MethodError, match=r"spatial axes, \(N, \*spatial, C\).* use Saliency"):
        RISE(table)
    with pytest.raises(MethodError, match="use Saliency"):
        RISE(Chain([layers.Dense(2)]))(np.ones((2, 5), "float32"))
    with pytest.raises(ModelError, match='use score="logit"'):
        RISE(build("functional"), head="values")
    with pytest.raises(InputError, match="a baseline of one number"):
        RISE(build("functional"), masks=2, baseline=np.zeros((5, 5, 3)))(images)


def test_pictures_of_it_begin_at_its_smallest_value(images):
    model = build("functional")
    explanation = explain(model, images[:1], methods=[RISE(model, masks=8)])
    shown, values = explanation.shown[0], explanation.maps["rise"][0]
    drawn = attribution_picture(shown, values, **explanation.look("rise"))
    least = np.unravel_index(values[..., 0].argmin(), values.shape[:2])
    assert values[least] > 0 and (drawn[least] == shown[least]).all() and (drawn != shown).any()
