"""How well a group stands apart, held against what leaving an image out means."""

import numpy as np

from keras_explain.findings.separation import Direction, positions, separation


def points_of(rng, count=60, directions=5):
    points = rng.normal(size=(count, directions)) * np.arange(directions, 0, -1)
    return points - points.mean(axis=0)


def test_each_image_is_judged_without_itself(rng):
    points = points_of(rng)
    members = np.zeros((60, 2), bool)
    members[:7, 0] = members[20:40, 1] = True
    scale = points.var(axis=0) + 0.1 * points.var(axis=0).mean()
    for one, found in zip(members.T, positions(points, members).T):
        along = np.empty(60)
        for row, point in enumerate(points):
            others = np.arange(60) != row
            along[row] = point @ ((points[one & others].mean(axis=0) - points[~one & others].mean(axis=0)) / scale)
        zero, high = along[~one].mean(), along[one].mean()
        wanted = (along - zero) / (high - zero) if high > zero else np.zeros(60)
        np.testing.assert_allclose(found, wanted, atol=1e-9)


def test_a_direction_leads_from_the_rest_to_the_group(rng):
    points = points_of(rng)
    members = np.arange(60) < 9
    found = Direction(points, members)(points)
    np.testing.assert_allclose([found[members].mean(), found[~members].mean()], [1, 0], atol=1e-9)


def test_a_group_apart_and_the_end_of_a_heap(rng):
    points = points_of(rng, 400)
    end = points[:, 0] > np.quantile(points[:, 0], 0.9)
    cut = separation(points, end)
    assert cut.distance > 2 and cut.depth < 0.2 and cut.strength < 1
    points[:20, 4] += 12
    apart = separation(points, np.arange(400) < 20)
    assert apart.distance > 5 and apart.depth > 0.95


def test_images_that_are_all_the_same(rng):
    assert separation(np.zeros((20, 3)) + 1e-9 * rng.normal(size=(20, 3)), np.arange(20) < 5).strength < 3
