"""A layer's activations, pooled over its places: what an image holds for the network, wherever it is."""

import tensorflow as tf

from keras_explain.engine.tap import Tap
from keras_explain.engine.watch import Watch


class PooledFeatures:
    """What `Compiled` is to compute: the largest activation of each unit of a layer over all places, `(N, units)`.

    In their mean a small thing in an image hardly shows.
    """

    watch = Watch()

    def __init__(self, tap):
        """Keeps the `Tap`."""
        self._tap = tap

    def attribution(self, forward):
        output = forward.output(self._tap)
        return tf.reduce_max(output, range(1, output.shape.rank - 1))


def explained_tap(explainer):
    """Returns the `Tap` of the layer that an explainer looks at, of several the last; the last features otherwise."""
    taps = () if explainer.watch is None else explainer.watch.taps
    if taps:
        return taps[-1]
    layer = explainer.layer
    return Tap(explainer.request.model, layer and layer.split(" + ")[-1])
