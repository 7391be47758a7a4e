"""The search for groups."""

import numpy as np

from keras_explain.findings.proposals import neighborhoods, spectral_clusters
from keras_explain.findings.search import by_chance, groups, overlap


def heaps(rng, *counts, apart=15):
    """Returns heaps of so many points, the first in the middle, the others on an axis each."""
    labels = np.repeat(np.arange(len(counts)), counts)
    points = rng.normal(size=(len(labels), 6))
    points[labels > 0, labels[labels > 0]] += apart
    return points - points.mean(axis=0), labels


def test_spectral_clusters_are_the_heaps_and_their_number_is_the_eigengap(rng):
    points, labels = heaps(rng, 60, 50, 40, apart=9)
    found = spectral_clusters(points, 0)
    assert sorted(tuple(one) for one in found.T) == sorted(tuple(labels == each) for each in range(3))


def test_each_small_heap_is_a_group(rng):
    points, labels = heaps(rng, 200, 12, 25)
    found = groups(points, 0)[:2]
    assert {tuple(group.members) for group in found} == {tuple(labels == each) for each in (1, 2)}
    assert all(min(group.separation.strength, group.repeated) > 4 and group.reached > 0.9 for group in found)


def test_one_heap_has_no_strong_group(rng):
    points, _ = heaps(rng, 300)
    assert by_chance(points, 0) < 2
    assert groups(points, 0) == []


def test_neighborhoods(rng):
    points = np.array([[0.0], [1], [2], [3], [10], [11], [12], [13], [14], [15], [16], [17]])
    found = neighborhoods(points, np.array([0, 11]))
    np.testing.assert_array_equal(found[:, 0], np.arange(12) < 6)
    np.testing.assert_array_equal(found[:, 1], np.arange(12) >= 6)


def test_overlap():
    one, other = np.array([True, True, False, False]), np.array([False, True, True, False])
    assert overlap(one, other) == 1 / 3 and overlap(one, one) == 1 and overlap(~one & one, one & ~one) == 0
