"""What a recorded pass has to show to whoever looks for a layer in it."""

import dataclasses
import functools

import tensorflow as tf

from keras_explain.engine.open_size import OpenSizeError, attends
from keras_explain.tracing.frames import Frames
from keras_explain.tracing.image_places import image_part
from keras_explain.tracing.token_places import TokenPlaces


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

    @functools.cached_property
    def tokens(self):
        """The `TokenPlaces` of what is `(N, tokens, D)`; None if there are none, or their number is open.

        Raises:
            OpenSizeError: If they attend to each other, in a model that was traced for images of any size.
        """
        shape, first = self.images.shape, self.channels_first
        found = [call.output for call in self.calls if call.output is not None and call.output.shape.rank == 3]
        if not found or shape.rank < 4:
            return None
        if not shape[1:].is_fully_defined():
            if attends(self.score, self.images):
                raise OpenSizeError("expected images of known size, of which tokens can be followed to their places.")
            return None
        return TokenPlaces(found, self.score, self.images, first)

    def lattice(self, tensor):
        """Returns the `Lattice` that the tokens of a call's output lie on; None if it has none that could be found."""
        return self.tokens.lattice(tensor) if tensor.shape.rank == 3 and self.tokens else None

    def layout(self, tensor):
        """Returns the same, and of tokens that are in windows, each a row of the batch, how they lie in the image."""
        known = tensor.shape.rank == 3 and self.tokens
        return self.lattice(tensor) or (self.tokens.in_windows(tensor) if known else None)

    def of(self, score):
        """Returns the same pass for one of the numbers that its score is chosen from."""
        other = dataclasses.replace(self, score=score)
        vars(other).update(tokens=self.tokens, frames=self.frames)  # found already
        return other

    def part(self, tensor):
        """Returns the `image_part` of a map; None of weights of attention, whose axes are heads and tokens."""
        if self.tokens and tensor.op in self.tokens.within_attention:
            return None
        return image_part(tensor, self.images, self.channels_first)

    @functools.cached_property
    def frames(self):
        """The `Frames` that the model takes out of its videos; None if it takes none out."""
        shape = self.images.shape
        known = shape.rank > 3 and shape[1] is not None and not self.channels_first
        found = Frames(self.images) if known else None
        return found if found and found.any else None
