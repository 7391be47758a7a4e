import numpy as np
import pytest
import tensorflow as tf

from keras_explain.errors import brief, near


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (3, "3"),
        ("cat", "'cat'"),
        ([1, 2], "[1, 2]"),
        (np.array([0.5, 1.0]), "array([0.5, 1. ])"),
        (np.zeros((40, 9), np.float32), "float32 of shape (40, 9)"),
        (tf.zeros((40, 9)), "float32 of shape (40, 9)"),
        (list(range(1000)), "[0, 1, 2, 3, 4, 5, ...]"),
    ],
)
def test_values_are_shown_in_a_line(value, wanted):
    assert brief(value) == wanted


@pytest.mark.parametrize(
    "value",
    [
        "long " * 100,
        {f"name {i}" * 9: np.zeros((9, 9)) for i in range(50)},
        [np.random.default_rng(0).random((20, 20))] * 30,
        np.random.default_rng(0).random((3, 3)),
    ],
)
def test_no_value_is_longer_than_a_line(value):
    assert len(brief(value)) <= 80 and "\n" not in brief(value)


@pytest.mark.parametrize(
    ("name", "names", "first"),
    [
        ("cat", ["crate", "coat", "tiger cat", "dog"], "'tiger cat'"),
        ("Egyptian", ["Egypt", "cat, Egyptian"], "'cat, Egyptian'"),
        ("gradcam", ["cam", "grad_cam"], "'grad_cam'"),
        ("conv", ["pool", "conv1"], "'conv1'"),
    ],
)
def test_names_that_may_have_been_meant(name, names, first):
    assert near(name, names).startswith(f"did you mean {first}")


def test_of_no_near_name_some_are_known():
    assert near("!", ["a", "b"]) == "known are: a, b."
