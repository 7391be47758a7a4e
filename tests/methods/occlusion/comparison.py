"""Both ways to compute the scores of hidden patches, compared."""

import keras
import numpy as np
from keras import layers

from keras_explain.engine.compiled import Compiled
from keras_explain.engine.request import Request
from keras_explain.methods.occlusion.changed_parts import ChangedParts
from keras_explain.methods.occlusion.channels_last import channels_last
from keras_explain.methods.occlusion.every_patch import EveryPatch
from keras_explain.methods.occlusion.patches import Patches
from keras_explain.methods.occlusion.plan import make_plan
from keras_explain.methods.occlusion.score_graph import ScoreGraph
from keras_explain.methods.occlusion.window import Span


def randomized(model, seed=0):
    """Returns the model with all its weights drawn, biases and batch statistics as well."""
    rng = np.random.default_rng(seed)
    for variable in model.weights:
        positive = "variance" in variable.path
        variable.assign(rng.uniform(0.5, 2, variable.shape) if positive else rng.normal(size=variable.shape) * 0.3)
    return model


def between_convolutions(shape, body, seed=0):
    """Returns a model of `body(x)` between two convolutions, by a head that can tell all places apart."""
    inputs, conv = keras.Input(shape), getattr(layers, f"Conv{len(shape) - 1}D")
    x = conv(4, 1)(body(conv(4, 3, padding="same")(inputs)))
    return randomized(keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x))), seed)


def assert_parts_give_the_same(model, images, patch, stride, fill, batch_size=32):
    """Computes all by parts that has a rule, whatever it costs, and compares the scores with the plain ones."""
    compiled = Compiled(Request(model))
    batch = compiled.batch(images, 1)
    patches = Patches.over(batch.images.shape[1:-1], patch, stride)
    spans = Span.over(patches)
    graph = channels_last(ScoreGraph.of(compiled.concrete(batch.arrays), 0))
    plan = make_plan(graph, spans, partial=10**6)
    shown = np.broadcast_to(np.expand_dims(fill, tuple(range(1, images.ndim - 1))), batch.images.shape)
    arguments = batch, shown, batch_size, 0
    base, scores = ChangedParts(compiled, graph, plan, patches, spans)(*arguments)
    wanted_base, wanted = EveryPatch(compiled, patches)(*arguments)
    np.testing.assert_allclose(base, wanted_base, atol=1e-5 * np.abs(wanted_base).max())
    assert np.ptp(wanted) > 1e-4
    np.testing.assert_allclose(scores, wanted, atol=1e-4 * np.ptp(wanted))
    return plan


def kinds_by_parts(plan):
    return [rerun.operation.type for rerun in plan.reruns if rerun.rule is not None]
