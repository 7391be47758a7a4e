"""What a recorded pass has to show to whoever looks for a layer in it."""

import dataclasses

import tensorflow as tf


@dataclasses.dataclass(frozen=True, eq=False)
class Recorded:
    """The tensors and calls of one trace, of which a layer is to be found.

    Attributes:
        calls: Every layer's call, in the order in which they end.
        images: The explained input.
        others: The other inputs that have places of their own.
        outputs: What the model returned, as far as it is explained.
        score: What is explained of it.
        channels_first: Whether the model's tensors are `(N, C, *spatial)`.
    """

    calls: list
    images: tf.Tensor
    others: list
    outputs: list
    score: tf.Tensor
    channels_first: bool
