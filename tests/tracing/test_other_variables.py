import threading

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_explain as kx
from keras_explain.tracing.layer_weights import read_variables
from keras_explain.tracing.other_variables import reading_others, reads_others
from tests.networks import FORMS, build

EXPLAINERS = {
    "layer gradient": kx.GradCAM,
    "image gradient": kx.Saliency,
    "patches, each": lambda model: kx.Occlusion(model, patch=4, method="plain"),
    "patches, by parts": lambda model: kx.Occlusion(model, patch=4, method="incremental"),
    "masks": lambda model: kx.RISE(model, masks=4),
    "a way": lambda model: kx.IntegratedGradients(model, steps=2, tolerance=1e6),
    "wrapped": lambda model: kx.SmoothGrad(model, samples=2),
}


def halved(function):
    """Returns variables that hold half of each that a concrete function reads, and what is read in place of what."""
    found = [
        (handle, tf.raw_ops.ReadVariableOp(resource=handle, dtype=kind)) for handle, kind, _ in read_variables(function)
    ]
    variables = [tf.Variable(value / 2) for _, value in found]
    return variables, {handle.ref(): variable.handle for (handle, _), variable in zip(found, variables)}


def of_halved_weights(model, explainer, images):
    """Returns the maps that the model would have if it had half of its weights, which it is not given."""
    variables, others = halved(getattr(explainer, "explainer", explainer).compiled.traced())
    maps, asked = reading_others(others, lambda: explainer(images))
    assert asked and len(variables) == len(model.weights)
    return maps


@pytest.mark.filterwarnings("ignore::keras_explain.ExplainWarning")
@pytest.mark.parametrize("form", FORMS)
def test_maps_are_those_of_the_other_weights_bit_for_bit(form, images):
    model = build(form)
    explainer = kx.GradCAM(model)
    before, weights = explainer(images), model.get_weights()
    maps = of_halved_weights(model, explainer, images)
    assert all(np.array_equal(one, other) for one, other in zip(model.get_weights(), weights))
    assert np.array_equal(explainer(images), before)
    model.set_weights([weight / 2 for weight in weights])
    assert np.array_equal(explainer(images), maps) and not np.array_equal(maps, before)


@pytest.mark.filterwarnings("ignore::keras_explain.ExplainWarning")
@pytest.mark.parametrize("name", EXPLAINERS)
def test_explainers_of_any_number_of_passes_follow(name, images):
    model = build("nested")
    explainer = EXPLAINERS[name](model)
    before = explainer(images)
    maps = of_halved_weights(model, explainer, images)
    assert np.array_equal(explainer(images), before)
    model.set_weights([weight / 2 for weight in model.get_weights()])
    assert np.array_equal(explainer(images), maps) and not np.array_equal(maps, before)


def test_another_thread_sees_the_model_as_it_is(images):
    model = build("functional")
    explainer, seen = kx.GradCAM(model), []
    before = explainer(images)
    _, others = halved(explainer.compiled.traced())

    def ask():
        seen.append((explainer(images), reads_others()))

    def run():
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        return reads_others()

    assert reading_others(others, run) == (True, 0) and not reads_others()
    assert np.array_equal(seen[0][0], before) and not seen[0][1]


def test_an_interrupt_ends_it(images):
    model = build("functional")
    explainer = kx.GradCAM(model)
    before = explainer(images)
    _, others = halved(explainer.compiled.traced())

    def run():
        explainer(images)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reading_others(others, run)
    assert not reads_others() and np.array_equal(explainer(images), before)


def test_what_a_model_writes_goes_to_the_others(images):
    class Counting(keras.layers.Layer):
        def build(self, shape):
            self.count = tf.Variable(0.0)

        def call(self, x):
            self.count.assign_add(1.0)
            return x + self.count

    counting = Counting()
    model = keras.Sequential([keras.Input((12, 16, 3)), counting, keras.layers.Flatten(), keras.layers.Dense(2)])
    explainer = kx.Saliency(model, magnitude=None)
    value = counting.count.numpy()
    variables, others = halved(explainer.compiled.traced())
    written = [variable.numpy() for variable in variables]
    reading_others(others, lambda: explainer(images))
    assert counting.count.numpy() == value
    assert all(np.array_equal(one.numpy(), before) for one, before in zip(variables, written))


def test_what_is_told_is_of_the_model(images, recwarn):
    model = build("functional")
    explainer = kx.GradCAM(model)
    variables, others = halved(explainer.compiled.traced())
    for variable in variables:
        variable.assign(tf.zeros_like(variable))
    maps, _ = reading_others(others, lambda: explainer(images))
    assert not maps.any() and not recwarn.list
    model.set_weights([0 * weight for weight in model.get_weights()])
    with pytest.warns(kx.ExplainWarning, match="zero everywhere"):
        explainer(images)
