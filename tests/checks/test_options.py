import pathlib

import numpy as np
import pytest

from keras_explain.checks.options import (
    check_choice,
    check_count,
    check_counts,
    check_flag,
    check_function,
    check_name,
    check_number,
    check_path,
    check_range,
)
from keras_explain.errors import OptionError


@pytest.mark.parametrize(
    ("check", "values"),
    [
        (check_count, [3, np.int64(3)]),
        (check_counts, [3, (3, 2), np.array([3, 2])]),
        (check_number, [3, 0.5, np.float32(0.5), np.int64(-3)]),
        (check_range, [(0, 1), [-1.5, 1], np.array([0, 255.0])]),
        (check_flag, [True, np.bool_(False)]),
        (check_path, ["logs", pathlib.Path("logs"), np.str_("logs")]),
        (check_name, ["explanations", "猫"]),
    ],
)
def test_what_is_sensible_passes(check, values):
    for value in values:
        check(value, "it")


@pytest.mark.parametrize(
    ("check", "values"),
    [
        (check_count, [0, -1, True, 3.0, "3", None, [3], np.array([3]), float("nan")]),
        (check_counts, [(), (3, 0), [3.5], "3", {3}, np.zeros((1, 1), int)]),
        (check_number, [True, "3", None, float("nan"), -float("inf"), 10**5000, 1e300, 1j, [3], np.zeros(2)]),
        (check_range, [(1, 0), (0, 0), (0,), (0, 1, 2), "01", None, (0, "1"), (False, True), [[0, 1], [2]]]),
        (check_flag, [1, 0, None, "yes", np.ones(2)]),
        (check_path, ["", "a\0b", b"x", 3, None, "\ud800", str]),
        (check_name, ["", " \n", b"x", None, 3]),
    ],
)
def test_what_is_not_is_refused(check, values):
    for value in values:
        with pytest.raises(OptionError, match="expected it as .*, received ") as refused:
            check(value, "it")
        assert len(str(refused.value)) < 200 and "\n" not in str(refused.value)


def test_a_count_and_a_number_have_ends():
    assert check_count(5, "it", 5) == 5 and check_number(5, "it", 0, 5) == 5
    for check in (
        lambda: check_count(6, "it", 5),
        lambda: check_number(6, "it", 0, 5),
        lambda: check_number(0, "it", 0, above=True),
    ):
        with pytest.raises(OptionError, match="5|above 0"):
            check()


def test_a_choice_is_one_of_some_texts():
    assert check_choice("a", "it", ("a", None)) == "a" and check_choice(None, "it", ("a", None)) is None
    for value in ("c", None, 3, ["a"], np.array(["a", "b"])):
        with pytest.raises(OptionError, match='expected it "a" or "b", received'):
            check_choice(value, "it", ("a", "b"))


@pytest.mark.parametrize("function", [lambda x, y: x, lambda *all: all, max, np.add, lambda x, y, z=3: x])
def test_functions_of_two_arguments(function):
    assert check_function(function, "it as", "x", "y") is function


@pytest.mark.parametrize("function", [lambda: 3, lambda x: x, lambda x, y, z: x, dict, 3, "x", None])
def test_other_functions_are_refused(function):
    with pytest.raises(OptionError, match=r"expected it as a function \(x, y\), received"):
        check_function(function, "it as", "x", "y")
