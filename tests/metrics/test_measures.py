import numpy as np
import pytest

from keras_explain import InputError, OptionError
from keras_explain.metrics import concentration, energy_inside, evidence, movement, pointing, region_masks


def test_evidence_is_positive_or_of_either_sign():
    maps = np.array([[[[1.0, -3.0], [2.0, 0.5]]]])
    np.testing.assert_array_equal(evidence(maps), [[[0, 2]]])
    np.testing.assert_array_equal(evidence(maps, signed=True), [[[3, 2]]])


def test_movement_is_the_angle_whatever_the_size():
    maps = np.array([[3, 4], [1, 0], [1, 0], [0, 0], [0, 0]], "float32").reshape(5, 1, 2, 1)
    before = np.array([[6, 8], [0, 5], [-2, 0], [0, 0], [0, 1]], "float32").reshape(5, 1, 2, 1)
    np.testing.assert_allclose(movement(maps, before), [0, 1, 2, 0, 1], atol=1e-12)


def test_movement_of_small_numbers_does_not_vanish():
    maps = np.array([[[1e-30], [0]]], "float32")
    np.testing.assert_allclose(movement(maps, maps[:, ::-1]), [1])


def test_concentration_from_even_to_a_single_place(rng):
    even, single, linear = np.ones((4, 5)), np.eye(1, 20, 7).reshape(4, 5), np.arange(20.0).reshape(4, 5)
    found = concentration(np.stack([even, single, linear, 0 * even]))
    mean_difference = np.abs(np.subtract.outer(np.arange(20), np.arange(20))).mean()
    np.testing.assert_allclose(found, [0, 0.95, mean_difference / 2 / 9.5, 0], atol=1e-12)
    values = rng.random((1, 4, 5))
    np.testing.assert_allclose(concentration(7 * values), concentration(rng.permuted(values.reshape(1, -1), axis=1)))


def test_energy_and_pointing_in_boxes_and_masks():
    places = np.zeros((3, 3, 4))
    places[0, 1, 2], places[0, 0, 0] = 3, 1
    places[1, 2, 3], places[1, 0, 1] = 1, 1.5
    boxes = [(1, 2, 2, 3), (2, 0, 3, 4), (0, 0, 3, 4)]
    masks = region_masks(boxes, places.shape)
    np.testing.assert_array_equal(masks.sum((1, 2)), [1, 4, 12])
    np.testing.assert_allclose(energy_inside(places, masks), [0.75, 0.4, 0])
    np.testing.assert_array_equal(pointing(places, masks), [True, False, False])
    np.testing.assert_array_equal(region_masks(masks[..., np.newaxis], places.shape), masks)


@pytest.mark.parametrize("shape", [(2, 9), (2, 5, 6, 7)])
def test_boxes_of_any_dimension(shape):
    starts, ends = np.full((2, len(shape) - 1), 1), np.full((2, len(shape) - 1), 4)
    masks = region_masks(np.concatenate([starts, ends], axis=1), shape)
    inner = (slice(None), *[slice(1, 4)] * (len(shape) - 1))
    assert masks[inner].all() and masks.sum() == 2 * 3 ** (len(shape) - 1)


@pytest.mark.parametrize(
    ("regions", "message"),
    [
        ([(0, 0, 4, 4)], "within"),
        ([(1, 1, 1, 2)], "within"),
        ([(0, 0, 1)], "boxes of shape"),
        (np.zeros((1, 3, 4)), "empty mask"),
        (np.ones((1, 4, 3)), "masks of shape"),
    ],
)
def test_what_is_no_region_is_refused(regions, message):
    with pytest.raises(InputError, match=message):
        region_masks(regions, (1, 3, 4))


def test_pointing_within_a_margin():
    places, masks = np.zeros((4, 5, 6)), np.zeros((4, 5, 6), bool)
    places[:3, 0, 1] = 1
    masks[:2, 3, 5] = masks[3, 0, 0] = True
    places[1, 0, 1], places[1, 1, 3], places[3] = 0, 2, 1  # the last is a constant, the third region is empty
    for margin, right in ((0, [0, 0, 0, 0]), (2, [0, 0, 0, 0]), (2.83, [0, 1, 0, 0]), (5, [1, 1, 0, 0])):
        np.testing.assert_array_equal(pointing(places, masks, margin), right)
    with pytest.raises(OptionError, match="margin"):
        pointing(places, masks, -1)
