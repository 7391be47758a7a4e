import doctest
import inspect

import numpy as np
import pytest

import keras_explain as kx
from keras_explain import metrics
from tests.networks import build

EXAMPLES = {
    name: found.__doc__ for name, found in vars(metrics).items() if ">>>" in (getattr(found, "__doc__", None) or "")
}

ASKED = ("model", "explainer")


@pytest.fixture(scope="module")
def names():
    rng = np.random.default_rng(0)
    images, maps = rng.normal(size=(2, 12, 16, 3)).astype("float32"), rng.normal(size=(2, 12, 16, 1))
    return {"kx": kx, "np": np, "model": build("softmax_layer"), "images": images, "maps": maps}


def test_every_metric_of_a_model_has_an_example():
    public = {name: found for name, found in vars(metrics).items() if callable(found)}
    asking = {name for name, found in public.items() if next(iter(inspect.signature(found).parameters)) in ASKED}
    assert {"deletion", "max_sensitivity", "Scorer"} <= asking <= set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_give_what_they_say(name, names):
    example = doctest.DocTestParser().get_doctest(EXAMPLES[name], dict(names), name, None, 0)
    assert example.examples and doctest.DocTestRunner().run(example).failed == 0
