"""Whatever is handed in, it is refused in a sentence or does what it says."""

import warnings

import numpy as np
import pytest

import keras_explain as kx
from tests.bad_calls import SHAPE, Subclassed, bad_arguments, calls, network

SEED, COUNT = 13, 300
# What the parts beneath tell on their own, and hold on to.
QUIET = (DeprecationWarning, ResourceWarning)


@pytest.fixture(scope="module")
def valid_calls(tmp_path_factory):
    return calls(tmp_path_factory.mktemp("calls"))


def test_the_valid_calls_are_valid(valid_calls):
    for function, valid in valid_calls.values():
        function(**valid)


def refusal(function, arguments):
    """Returns what was raised, None if nothing was, and how many warnings were given."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        try:
            function(**arguments)
            error = None
        except Exception as raised:
            error = raised
    return error, [one for one in given if not issubclass(one.category, QUIET)]


def test_bad_calls_are_refused_in_a_sentence(valid_calls, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng, names, refused = np.random.default_rng(SEED), list(valid_calls), 0
    for _ in range(COUNT):
        name = str(rng.choice(names))
        function, valid = valid_calls[name]
        arguments, replaced = bad_arguments(valid, rng)
        error, given = refusal(function, arguments)
        called = f"{name} with {replaced}: {type(error).__name__}: {error}"
        assert error is None or isinstance(error, kx.ExplainError), called
        assert "\n" not in str(error) and len(str(error)) < 400, called
        assert len(given) <= 2, f"{called} {[str(one.message) for one in given]}"
        refused += error is not None
    assert refused > COUNT / 2


@pytest.mark.parametrize("name", ["saliency", "explain", "overlay", "Plain"])
def test_an_unknown_keyword_is_a_type_error(valid_calls, name):
    function, valid = valid_calls[name]
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        function(**valid, colour=3)


@pytest.mark.parametrize("built", [True, False])
def test_images_that_a_model_of_unknown_input_cannot_take_are_told_by_their_shape(built):
    model = Subclassed()
    if built:
        model(np.ones((1, *SHAPE), "float32"))
    for ask in (kx.Saliency(model), lambda images: kx.list_layers(model, images)):
        with pytest.raises(kx.InputError, match=r"received shape \(2, 5\), with which it fails; "):
            ask(np.ones((2, 5), "float32"))


def test_an_axis_of_no_length_is_refused():
    with pytest.raises(kx.InputError, match=r"empty batch of shape \(2, 6, 8, 0\)"):
        kx.Saliency(Subclassed())(np.ones((2, 6, 8, 0)))


def test_a_size_is_held_against_the_model_when_the_explainer_is_built():
    with pytest.raises(kx.OptionError, match=r"as the model takes it, \(6, 8\), received \(6, 9\)"):
        kx.ClassVisualization(network(), size=(6, 9))
