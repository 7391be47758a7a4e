"""What an image holds for a network: a layer's activations over its places, and finer layers' where the map points."""

import tensorflow as tf

from keras_explain.engine.last_layer import finer_features
from keras_explain.engine.layout import turned_last
from keras_explain.engine.tap import Tap
from keras_explain.engine.watch import Watch
from keras_explain.maps import resize
from keras_explain.tracing.image_places import image_part
from keras_explain.tracing.layer_tree import layer_path

# A mark of a sixth of an image covers two places of a layer with twice those of 7 x 7, and five of the next finer one.
_FINER = 2


class Features:
    """What `Compiled` is to compute: the features of several layers side by side, float32 `(N, units)`.

    First the largest activation of each unit of the explained layer: in the mean over all places a small thing hardly
    shows. Then, of each of two finer layers, the mean activation where the map points, `sum_p M_p A_p / sum_p M_p`:
    what is small and moves is seen by these, and in the mean as well, since the map leaves out the rest.

    Attributes:
        layers: `(path, units)` of each layer, known once the model is traced.
    """

    def __init__(self, explainer):
        """Takes an explainer of maps at their own size; one of several passes leaves out the finer layers."""
        self._explainer, self._tap, self.layers = explainer, _explained(explainer), []

    @property
    def watch(self):
        return self._explainer.watch if self._explainer.one_pass else Watch()

    def attribution(self, forward):
        output = forward.output(self._tap)
        found = [(self._tap.path, tf.reduce_max(output, range(1, output.shape.rank - 1)))]
        if self._explainer.one_pass and output.shape.rank == forward.images.shape.rank:
            found += self._finer(forward, output.shape[1:-1])
        self.layers = [(path, int(values.shape[-1])) for path, values in found]
        return tf.concat([values for _, values in found], axis=1)

    def _finer(self, forward, places):
        """Yields the paths of finer layers, and their mean activations where the map points."""
        maps, recorded, model = self._explainer.attribution(forward), forward.recorded, self._explainer.request.model
        weights = tf.reduce_max(tf.abs(maps) if self._explainer.signed else tf.nn.relu(maps), axis=-1, keepdims=True)
        of_layer = self._explainer.layer is not None and maps.shape[1:-1] == places
        part = self._tap.part if of_layer else ((0.0, 1.0),) * len(places)
        for call, output in finer_features(recorded, model, places, _FINER):
            if image_part(call.output, forward.images, recorded.channels_first) == part:
                output = tf.cast(turned_last(output) if recorded.channels_first else output, tf.float32)
                yield layer_path(model, call.operation), _mean(output, weights)


def _mean(output, weights):
    """Returns the mean of `(N, *places, units)` over places, by weights `(N, *other places, 1)`; 0 without any."""
    weights, axes = resize(weights, output.shape[1:-1], antialias=True), range(1, output.shape.rank - 1)
    return tf.math.divide_no_nan(tf.reduce_sum(weights * output, axes), tf.reduce_sum(weights, axes))


def _explained(explainer):
    """Returns the `Tap` of the layer that an explainer looks at, of several the last; the last features otherwise."""
    taps = () if explainer.watch is None else explainer.watch.taps
    if taps:
        return taps[-1]
    layer = explainer.layer
    return Tap(explainer.request.model, layer and layer.split(" + ")[-1])
