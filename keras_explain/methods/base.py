"""The two base classes of gradient methods, and refusals with advice, of those and of others."""

import contextlib

import tensorflow as tf

from keras_explain.checks.options import check_flag
from keras_explain.engine.tap import Tap
from keras_explain.engine.watch import Watch
from keras_explain.errors import GradientError, LayerError, MethodError, RuleError
from keras_explain.methods.explainer import ModelExplainer


class InputGradient(ModelExplainer):
    """Base class of the methods that are made of the gradient of the score by the images.

    A method overrides `combine` or gives the gradient a `rule`, a function `(gate, signal) -> signal` by which every
    ReLU passes the signal from above back: `gate(R) = f'(x) R` is the true gradient.

    Maps are `(N, *spatial, C)`.
    """

    signed = fine = True
    rule = None

    @property
    def watch(self):
        return Watch(images=True, rules=self.rule is not None)

    def attribution(self, forward):
        return self.combine(forward.images, input_gradient(forward, self.rule, self.title))

    def combine(self, images, gradients):
        """Returns the maps of images `I` and gradients `dS / dI`, both `(N, *spatial, C)`: by default the latter."""
        return gradients


class LayerGradient(ModelExplainer):
    """Base class of the methods that are made of a layer's activations `A` and the gradient `dS / dA` by them.

    A method overrides `combine`, a pure function of the two.

    Maps are `(N, *spatial, 1)`, bilinearly resized to the input.
    """

    def __init__(self, model, layer=None, *, call=-1, grid=None, resize=True, **options):
        """Traces the model.

        Args:
            model: A Keras model of any form.
            layer: The layer to look at: a name, a path into nested models (`"backbone/conv"`) or the layer itself. None
                for the last features: activated, at places of the image, no pooling and not the model's own output; of
                a transformer the last tokens from whose patches the score has a gradient.
            call: Which of its calls, for a layer that is called more than once.
            grid: How many tokens lie along each axis of the image, `(rows, columns)`, of a layer of a transformer whose
                tokens can't be followed to the image. They are its last ones, row by row; those before them, as a class
                token, have no place.
            resize: Whether maps have the input's size, or else the layer's own: the finest of a score that chooses for
                each image one of several scales, as `scores.nearest_box` does.
            **options: `score`, `input`, `output`, `head`, `batch_size`, `lazy`: see `ModelExplainer`.

        Raises:
            LayerError: If there is no such layer, or its output has no spatial extent.
        """
        self._tap, self._resize = Tap(model, layer, call, grid), check_flag(resize, "resize=")
        super().__init__(model, **options)

    @property
    def watch(self):
        return Watch(taps=(self._tap,))

    @property
    def layer(self):
        """Path of the layer that is looked at; None before it is known."""
        return self._tap.path

    def attribution(self, forward):
        return scale_map(forward, self._tap, self.combine, self._resize)

    @staticmethod
    def combine(activations, gradients):
        """Returns the maps `(N, *spatial, 1)` of `A` and `dS / dA`, both `(N, *spatial, K)`."""
        raise NotImplementedError


def input_gradient(forward, rule, title):
    """Returns the gradient at the images; where there is none, says which methods to use instead of the one titled."""
    with advising(GradientError, "use Occlusion, or GradCAM on a later layer."):
        with advising(RuleError, f"use Saliency or GradCAM instead of {title}."):
            return forward.input_gradient(rule)


def tapped(forward, tap):
    """Returns `A` and `dS / dA` of a recorded pass at a layer; where it has none, says which methods need none."""
    with _advising_at(tap):
        return forward.tapped(tap)


def layer_map(forward, tap, combine):
    """Returns the maps that `combine` makes of `A` and `dS / dA` at a layer; of videos, frame by frame."""
    return forward.by_time(combine(*tapped(forward, tap)), tap)


def scale_map(forward, tap, combine, resize=True):
    """Returns the same, at the size of the images or of the layer: each image's of the scale that is chosen for it."""
    scales = forward.scales(tap)
    maps = [layer_map(forward, scale, combine) for _, scale in scales]
    if len(scales) == 1:
        return forward.resized(maps[0], tap.part) if resize else maps[0]
    size = None if resize else tf.reduce_max([tf.shape(one)[1:-1] for one in maps], axis=0)
    found = 0.0
    for (chosen, scale), one in zip(scales, maps):
        own = forward.resized(one, scale.part, size)
        found = tf.where(tf.reshape(chosen, [-1] + [1] * (own.shape.rank - 1)), own, found)
    return found


def activations_at(forward, tap):
    """Returns `A` of a recorded pass at a layer, like `tapped`, without a gradient."""
    with _advising_at(tap):
        return forward.activations(tap)


def _advising_at(tap):
    return advising(LayerError if tap.layer is None else (), "use Saliency or Occlusion, which need no layer.")


def check_spatial(shape):
    """Refuses images without places to hide, by the shape of one, and says which method needs none."""
    if len(shape) < 2:
        received = (None, *shape)
        raise MethodError(f"expected images with spatial axes, (N, *spatial, C), received {received}; use Saliency.")


@contextlib.contextmanager
def advising(kinds, advice):
    """Within the block, errors of these kinds end with what to do instead."""
    try:
        yield
    except kinds as error:
        raise type(error)(f"{str(error).removesuffix('.')}; {advice}") from error
