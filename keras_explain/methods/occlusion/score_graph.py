"""The compiled model as a graph that can be run again in parts."""

import dataclasses
import functools

import tensorflow as tf

from keras_explain.tracing.graph import downstream, repeated


@dataclasses.dataclass(frozen=True, eq=False)
class ScoreGraph:
    """The tensors of a compiled function `(inputs, targets) -> {"scores"}`.

    Attributes:
        body: Its `tf.Graph`.
        image: The explained input.
        inputs: All inputs of the model.
        targets: The input for the classes asked for.
        scores: The scores.
        variables: `{name: handle}`: what the function reads besides its inputs.
    """

    body: tf.Graph
    image: tf.Tensor
    inputs: list
    targets: tf.Tensor
    scores: tf.Tensor
    variables: dict

    @classmethod
    def of(cls, function, index):
        """Takes a concrete function apart.

        Args:
            function: The concrete function.
            index: Position of the explained input.
        """
        captured = function.captured_inputs
        given = function.inputs[: len(function.inputs) - len(captured)]
        names = [tensor.name for tensor in function.inputs[len(given) :]]
        scores = repeated(function.structured_outputs["scores"])
        return cls(function.graph, given[index], given[:-1], given[-1], scores, dict(zip(names, captured)))

    @functools.cached_property
    def changing(self):
        """The operations that give other values as a patch is hidden, or of as many rows as there are patches."""
        return downstream(self.image) | downstream(self.targets)

    @functools.cached_property
    def others(self):
        """The operations that give what is computed of the other inputs alone, and of nothing that changes."""
        found = (downstream(tensor) for tensor in self.inputs if tensor is not self.image)
        return set().union(*found) - self.changing
