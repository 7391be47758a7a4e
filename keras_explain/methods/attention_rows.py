"""The base class of methods that are made of how the tokens of a transformer attend to each other."""

import tensorflow as tf

from keras_explain.checks.options import check_flag
from keras_explain.engine.tap import Tap
from keras_explain.engine.watch import Watch
from keras_explain.errors import MethodError
from keras_explain.methods.base import advising
from keras_explain.methods.explainer import ModelExplainer


class AttentionRows(ModelExplainer):
    """Base class of the methods that say of each token how much it counts, by attention, block by block.

    A method overrides `rows`. Maps are `(N, *spatial, 1)`, of the tokens that come from the image.
    """

    relative = True

    def __init__(self, model, *, resize=True, **options):
        """Traces the model.

        Args:
            model: A Keras model of any form.
            resize: Whether maps have the input's size, or else one value a patch.
            **options: `score`, `input`, `output`, `head`, `batch_size`, `lazy`: see `ModelExplainer`.

        Raises:
            MethodError: If the model isn't a transformer whose tokens all read of each other in each block.
        """
        self._tap, self._resize = Tap(model), check_flag(resize, "resize=")
        super().__init__(model, **options)

    @property
    def watch(self):
        return Watch(taps=(self._tap,))

    def attribution(self, forward):
        with advising(MethodError, f"use HiResCAM or LayerCAM instead of {type(self).__name__}."):
            attention = forward.attention(self._tap)
        lattice = attention.lattice
        maps = tf.reshape(tf.gather(self.rows(attention), lattice.index, axis=1), [-1, *lattice.shape, 1])
        return forward.resized(maps, lattice.part) if self._resize else maps

    @staticmethod
    def rows(attention):
        """Returns how much each token counts, `(N, tokens)`, by an `engine.attention.Attention`."""
        raise NotImplementedError


def read_rows(read):
    """Returns the mean of the rows of the identity at the tokens that are read, float32 `(N, tokens)`; 0 without any.

    Args:
        read: bool `(N, tokens)`.
    """
    rows = tf.cast(read, tf.float32)
    return tf.math.divide_no_nan(rows, tf.reduce_sum(rows, axis=1, keepdims=True))
