import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keras_explain.tracing.rectifier import POINTS, kind

X = POINTS

RECTIFIERS = {
    "relu": np.maximum(X, 0),
    "leaky": np.maximum(0.1 * X, X),
    "shifted": np.maximum(X + 1.1, 0),
    "far": np.maximum(X, -20),
    "upside down": np.minimum(X, 0),
    "relu6": np.clip(X, 0, 6),
    "relu6 of -x": np.clip(-X, 0, 6),
    "relu1": np.clip(X, 0, 1),
    "relu20": np.clip(X, 0, 20),
    "threshold": np.where(X > 1, X, 0),
    "threshold with another value": np.where(X > 1, X, -3),
    "all of a ReLU layer": np.where(X > 2, 2, np.where(X > 1, X, 0.1 * (X - 1))),
}
OTHERS = {
    "abs": np.abs(X),
    "hard tanh": np.clip(X, -1, 1),
    "hard sigmoid": np.clip(0.2 * X + 0.5, 0, 1),
    "hard swish": X * np.clip(X + 3, 0, 6) / 6,
    "soft shrink": np.sign(X) * np.maximum(np.abs(X) - 0.5, 0),
    "hard shrink": np.where(np.abs(X) > 0.5, X, 0),
    "tanh": np.tanh(X),
    "square": X**2,
    "step": (X > 0).astype(float),
    "sign": np.sign(X),
}


@pytest.mark.parametrize("name", RECTIFIERS)
@pytest.mark.parametrize("scale", [1, -0.3])
def test_rectifiers(name, scale):
    assert kind(X, scale * RECTIFIERS[name][:, np.newaxis] + 2, 1e-4) == "rectifier"


@pytest.mark.parametrize("name", OTHERS)
def test_other_activations(name):
    assert kind(X, OTHERS[name][:, np.newaxis], 1e-4) == "other"


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.floats(-5, 5), st.floats(-5, 5))
def test_straight_lines(slope, offset):
    assert kind(X, (slope * X + offset)[:, np.newaxis], 1e-4) == "linear"


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.floats(0, 0.9), st.floats(0.05, 5), st.floats(-7, 7), st.booleans(), st.booleans())
def test_two_slopes_of_one_sign(leak, slope, knee, upside_down, back_to_front):
    x = -X if back_to_front else X
    values = slope * np.where(x > knee, x - knee, leak * (x - knee)) * (-1 if upside_down else 1)
    assert kind(X, values[:, np.newaxis], 1e-4) == "rectifier"


def test_one_function_of_several_is_enough():
    assert kind(X, np.stack([X, 0 * X, np.maximum(X, 0)], axis=1), 1e-4) == "rectifier"
    assert kind(X, np.stack([X, np.tanh(X)], axis=1), 1e-4) == "other"
