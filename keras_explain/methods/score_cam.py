"""Score-CAM: a layer's channels, weighted by the score of what of the image each lets through."""

import numpy as np
import tensorflow as tf

from keras_explain.checks.options import check_choice, check_flag
from keras_explain.engine.copies import Copies, masked
from keras_explain.engine.progress import check_verbose
from keras_explain.engine.tap import Tap
from keras_explain.engine.watch import Watch
from keras_explain.maps import spread_over
from keras_explain.methods.base import activations_at
from keras_explain.methods.explainer import ModelExplainer


class ScoreCAM(ModelExplainer):
    """Where a layer sees evidence for the class: its channels, weighted by the score of what each lets through.

    `L = ReLU(sum_k a_k A_k)` with `a_k = softmax_k(f(X * H_k) - f(X_b))` and `H_k = s(Up(A_k))`: the activations `A_k`
    of channel `k`, resized to the image `X` by `Up` and scaled from 0 to 1 by `s`, and the class's logit `f`, of which
    that of a baseline `X_b` cancels in the softmax. A channel that is the same everywhere lets nothing of its own
    through, and has the weight 0.

    Maps are `(N, *spatial, 1)`, non-negative, in units of the activations; bilinearly resized to the input.

    Cost: 1 forward pass, and 1 more a channel that isn't the same everywhere.
    Needs: a layer with spatial extent, and that 0 is no evidence in the model's input units.
    Laws: the weights of an image sum to 1, and are the same whatever is added to its logits.
    Fails: slow; where logits are far apart, the softmax leaves one channel alone, whatever that shows.

    Source: H. Wang et al., 2020, arXiv:1910.01279, section 3.

    Examples:
        >>> kx.ScoreCAM(model, layer="conv1")(images, target=3).shape
        (2, 12, 16, 1)
    """

    key = "score_cam"
    title = "Score-CAM"
    watch = Watch()
    blank = (
        "no channel of the layer differs from place to place, or their weighted sum is nowhere positive; try another "
        "layer= or image."
    )

    def __init__(
        self, model, layer=None, *, call=-1, grid=None, weights="softmax", resize=True, verbose="auto", **options
    ):
        """Traces the model.

        Args:
            model: A Keras model of any form.
            layer: The layer to look at, see `GradCAM`.
            call: Which of its calls, for a layer that is called more than once.
            grid: How tokens lie that can't be followed to the image, see `GradCAM`.
            weights: `"softmax"` over the channels' scores, as in the paper; or `"score"`, the scores themselves: with
                `score="probability"` what the authors' own code computes.
            resize: Whether maps have the input's size, or else the layer's own.
            verbose: 0 for silence, 1 for progress on standard error, `"auto"` for such where it is watched, on a
                terminal or in a notebook, and the work takes long.
            **options: `score`, `input`, `output`, `head`, `batch_size` (of masked images, whatever the channels),
                `lazy`: see `ModelExplainer`.

        Raises:
            LayerError: If there is no such layer, or its output has no spatial extent.
            OptionError: If an option is outside of what it allows.
        """
        self._tap, self._resize = Tap(model, layer, call, grid), check_flag(resize, "resize=")
        self._weights = check_choice(weights, "weights=", ("softmax", "score"))
        self._verbose, self._copies = check_verbose(verbose), None
        super().__init__(model, **options)

    @property
    def layer(self):
        """Path of the layer that is looked at; None before it is known."""
        return self._tap.path

    def attribution(self, forward):
        """Returns the activations, of which the maps are made when the channels' scores are known."""
        return activations_at(forward, self._tap)

    def maps_of(self, batch):
        starts = range(0, len(batch), self.batch_size)
        maps = np.concatenate([self._maps(batch[start : start + self.batch_size]) for start in starts])
        self.tell_once(maps, None)
        return maps

    def diagnose(self, maps, answer):
        return self.why_blank(maps)

    def _maps(self, batch):
        """Returns the maps of so many images that the activations of all are in memory at a time."""
        answer = self._compiled(batch, self.batch_size)
        channels = np.moveaxis(answer.maps[0], -1, 1)
        flat = channels.reshape(*channels.shape[:2], -1)
        varying = flat.max(-1) > flat.min(-1)
        if self._copies is None:
            self._copies = Copies(self._compiled, self._let_through, [tf.TensorSpec((None,) * channels.ndim)])
        options = {"batch_size": self.batch_size, "verbose": self._verbose}
        scores = self._copies(batch, answer.targets, varying, [channels], **options)
        weights = softmax(scores, varying) if self._weights == "softmax" else scores
        maps = np.maximum(np.einsum("nk,nk...->n...", weights, channels), 0)[..., np.newaxis]
        size = batch.images.shape[1:-1]
        return spread_over(tf.constant(maps), tf.constant(size), self._tap.part).numpy() if self._resize else maps

    def _let_through(self, images, rows, numbers, channels):
        """Returns what of the images at `rows` the channel of their number lets through, of `(n, K, *spatial)`."""
        channel = tf.gather_nd(channels, tf.stack([rows, numbers], 1))[..., tf.newaxis]
        channel -= extreme(tf.reduce_min, channel)  # what the layer has no part in is 0 then, as in its map
        masks = spread_over(channel, tf.shape(images)[1:-1], self._tap.part)
        low, high = (extreme(find, masks) for find in (tf.reduce_min, tf.reduce_max))
        masks = tf.math.divide_no_nan(masks - low, high - low)
        return masked(tf.gather(images, rows), masks[..., 0])


def extreme(find, maps):
    """Returns the least or the greatest value of each of the maps `(N, *spatial, 1)`."""
    return find(maps, range(1, maps.shape.rank), keepdims=True)


def softmax(scores, counted):
    """Returns each row's softmax over the scores that count, both `(N, K)`: 0 for others, and where none counts."""
    top = np.max(scores, axis=1, keepdims=True, where=counted, initial=-np.inf)
    shares = np.exp(scores - top, where=counted, out=np.zeros_like(scores))
    return shares / np.maximum(shares.sum(axis=1, keepdims=True), 1)
