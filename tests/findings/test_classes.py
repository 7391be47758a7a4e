"""What a network makes of each class, by hand."""

import numpy as np

from keras_explain.findings.find import find

# Two places; three images of class 0, two of them recognized, and four of class 1, all of them called 0.
MAPS = np.array([[3, 0], [4, 0], [0, 1], [0, 2], [0, 5], [0, 1], [3, 4]], np.float32)
GIVEN = {
    "maps": MAPS,
    "predicted": [0, 0, 1, 0, 0, 0, 0],
    "labels": [0, 0, 0, 1, 1, 1, 1],
    "probabilities": [0.9, 0.8, 0.7, 0.6, 0.9, 0.8, 0.5],
    "keys": list("abcdefg"),
}


def test_summaries():
    classes = find(**GIVEN).classes
    assert (classes[0].count, classes[0].accuracy, classes[0].decided) == (3, 2 / 3, 6)
    assert (classes[1].count, classes[1].accuracy, classes[1].decided) == (4, 0, 1)
    np.testing.assert_allclose(classes[0].mean_map, [(1 + 1 + 0.6) / 6, (3 + 0.8) / 6], rtol=1e-6)
    np.testing.assert_array_equal(classes[1].wrong, [4, 5, 3, 6])
    np.testing.assert_array_equal(classes[0].wrong, [2])
    np.testing.assert_array_equal(classes[0].typical[::-1], classes[0].strangest)


def test_confusions():
    (found,) = find(**GIVEN).confusions
    assert (found.label, found.predicted, found.share) == (1, 0, 1.0)
    np.testing.assert_array_equal(found.rows, [4, 5, 3, 6])
    np.testing.assert_allclose(found.mean_map, [0.6 / 4, 3.8 / 4], rtol=1e-6)
    np.testing.assert_allclose(found.maps[0], [0, 1])


def test_unknown_labels_are_no_mistakes():
    assert find(**{**GIVEN, "labels": [-1] * 7}).confusions == []


def test_maps_for_another_class_than_the_predicted_one_are_not_compared():
    classes = find(**GIVEN, targets=[1, 0, 1, 0, 0, 0, 1]).classes
    assert classes[0].decided == 4 and classes[1].decided == 1
