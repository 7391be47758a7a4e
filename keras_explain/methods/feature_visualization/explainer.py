"""Feature visualization: an image made by gradient ascent on a unit of a layer."""

import copy

import numpy as np
import tensorflow as tf

from keras_explain.checks.options import check_count
from keras_explain.engine.forward_pass import ForwardPass
from keras_explain.engine.request import Request
from keras_explain.engine.score import everything
from keras_explain.engine.tap import Tap
from keras_explain.engine.watch import Watch
from keras_explain.methods.feature_visualization.closed import climbed
from keras_explain.methods.feature_visualization.flat import is_flat, still_units, tell_of_flat
from keras_explain.methods.synthesis.synthesis import Ascent, Synthesis, generator, one_each
from keras_explain.methods.units import find_units

# So many channels are made unasked: each costs as many passes as a recipe has steps.
_MOST = 64


class FeatureVisualization(Synthesis):
    """What excites a unit of a layer: an image made by gradient ascent on its activation.

    `argmax_I u(I) - l2 ||I||_2^2` by the recipe `"plain"`, and `"natural"` as in class visualization, of a unit

    - channel `k`: `u = mean_p A_k(p)`, the mean of its activations over all places `p`;
    - one place `p` of it: `u = A_k(p)`, with `unit=`;
    - a direction `w`: `u = sum_k w_k A_k`, either way;

    where `A`, `(N, *places, K)`, is what the layer returns: of one without places, as a dense layer, each channel is a
    unit. Where all of a unit's activations are 0, a ReLU is closed, and there is no gradient to climb. There and as
    long as that lasts, a ReLU by which nothing passes lets through what would open it.

    Images are `(N, *spatial, C)`, in the model's input units. They differ by their unit alone: all start from the same
    image and go through the same modifiers.

    Cost: a forward pass to the layer and a backward pass for each step: 192 by `"plain"`, 160 by `"natural"`.
    Needs: a gradient by the image.
    Laws: of a linear layer the plain image is `w / (2 l2)`, `w` being the unit's weights; several units at once and one
        by one are the same.
    Fails: a unit may answer to several things, of which it shows a mixture or one; look at `most_exciting` as well.

    Source: C. Olah, A. Mordvintsev, L. Schubert, 2017, "Feature Visualization", doi:10.23915/distill.00007; the plain
    recipe: D. Erhan et al., 2009, "Visualizing Higher-Layer Features of a Deep Network".

    Examples:
        >>> kx.FeatureVisualization(model, "conv1", channel=[0, 3], steps=8)(seed=0).shape
        (2, 12, 16, 3)
    """

    key = "feature_visualization"
    title = "Feature visualization"
    logits = False
    watch = Watch()

    def __init__(
        self,
        model,
        layer=None,
        channel=None,
        unit=None,
        *,
        call=-1,
        recipe="plain",
        size=None,
        batch_size=32,
        verbose="auto",
        **settings,
    ):
        """Checks the options and traces the model.

        Args:
            model: A Keras model of any form with one input.
            layer: The layer: a name, a path into nested models (`"backbone/conv"`) or the layer itself. None for the
                last features, see `LayerGradient`.
            channel: A channel, or several; a direction `(K,)` of floats, or several `(n, K)`. None for all channels of
                a layer that has at most 64.
            unit: The place: its index along each axis of the layer's output, or `"center"`. None for all of them.
            call: Which of its calls, for a layer that is called more than once.
            recipe: `"plain"`; `"natural"`, which needs `bounds` and images of rank 4; or a `Plain` or `Natural` itself.
            size: The image's spatial shape, for a model that takes any.
            batch_size: Number of images in memory at a time.
            verbose: 0 for silence, 1 for progress on standard error, `"auto"` for such where it is watched, on a
                terminal or in a notebook, and the work takes long.
            **settings: Of the recipe that was named, see `Plain` and `Natural`: `bounds`, `steps`, `regularizers`,
                `input_modifiers`, and of the plain one `l2` and `optimizer`. None for the recipe's own.

        Raises:
            OptionError: If an option is outside of what it allows, doesn't belong to the recipe, or names no unit.
            LayerError: If there is no such layer.
            ModelError: If the model has several inputs.
        """
        self._tap, self._asked, self._shape = Tap(model, layer, call), (channel, unit), (None,)
        self._batch_size = check_count(batch_size, "batch_size")
        super().__init__(Request(model, everything), recipe, settings, size, verbose, [self])
        if self._shape[-1] is not None:
            self._units(self._shape)

    @property
    def layer(self):
        """Path of the layer; None before it is known."""
        return self._tap.path

    def __call__(self, initial=None, seed=None):
        """Makes one image a unit.

        Args:
            initial: The image to start from, `(*spatial, C)`, or one a unit; random by default.
            seed: Makes the run repeatable: the first image and the modifiers.

        Returns:
            float32 `(N, *spatial, C)` for N units.

        Raises:
            OptionError: If the layer has no such unit, where that wasn't known before.
            InputError: If `initial` doesn't fit the model.
        """
        return self.run(initial, seed).images

    def run(self, initial=None, seed=None):
        """Makes one image a unit, like a call, and returns an `Ascent`: the images and their activations by step."""
        units, images, rng = self.check(initial, seed)
        parts = [slice(start, start + self._batch_size) for start in range(0, len(units), self._batch_size)]
        found = [self.ascend(units.weights[part], images[part], copy.deepcopy(rng)) for part in parts]
        images = np.concatenate([each.images for each in found])
        scores = np.concatenate([each.scores for each in found], axis=1)
        still = still_units(scores)[: self._batch_size]
        if len(still):
            given = tf.constant(images[still]), tf.constant(units.weights[still])
            flat = still[self.compiled.keeping_state(lambda: is_flat(self.score, *given))]
            tell_of_flat(flat, units.names, self.layer, scores)
        return Ascent(images, scores)

    def check(self, initial=None, seed=None):
        """Returns the `Units`, the images to start from and the random generator, or refuses.

        Raises:
            OptionError: If there is no such unit, or `seed` or the size doesn't fit.
            InputError: If `initial` doesn't fit the model.
            ModelError: If the recipe isn't for images of so many dimensions.
        """
        self.compiled.check_current()
        rng = generator(seed)
        images = self.start(initial, rng)
        shape = self._shape
        if None in shape:  # which it is for images of a size
            shape = self.compiled(self.batch(images[:1])).maps[0].shape[1:]
        units = self._units(shape)
        return units, one_each(images, len(units)), rng

    def attribution(self, forward):
        """Returns what the layer returns, `(N, *places, K)`, and learns its shape."""
        output = forward.output(self._tap)
        self._shape = tuple(output.shape[1:])
        return output

    def score(self, inputs, targets):
        asked = tf.fill(tf.shape(inputs)[:1], -1)
        forward = ForwardPass(self.request, self.compiled.signature, [inputs], asked, Watch(rules=True))
        return climbed(forward, forward.output(self._tap), targets, self._place)

    def _units(self, shape):
        units = find_units(*self._asked, shape, self.layer, _MOST)
        self._place = units.place
        return units
