"""The weights that a map is computed from, as they are and redrawn; both are copies, the model's own are only read."""

import dataclasses

import numpy as np
import tensorflow as tf

from keras_explain.errors import MethodError
from keras_explain.sanity_checks.redraw import redrawn
from keras_explain.tracing.layer_weights import last_reads, own_weights, read_variables
from keras_explain.tracing.other_variables import reading_others


@dataclasses.dataclass(frozen=True, eq=False)
class RedrawnLayer:
    """A layer's own weights, redrawn.

    Attributes:
        path: Path of the layer.
        weights: `{handle.ref(): variable}`: the redrawn values, by what they stand for.
        permuted: Names of the weights that were permuted, as no initializer of theirs is known.
        kept: Names of those that have but one value, and no initializer: nothing can be redrawn.
    """

    path: str
    weights: dict
    permuted: tuple
    kept: tuple


class Weights:
    """A network's weights when a check begins, and beside them redrawn ones, of which any layers' can be read.

    Attributes:
        layers: A `RedrawnLayer` for each layer whose weights the score is computed from: the last to be used first.
        foreign: Names of variables that the score is computed from and no layer holds; they keep their values.
    """

    def __init__(self, compiled, seed):
        """Copies the weights and draws others.

        Args:
            compiled: The `Compiled` function that computes the score, traced.
            seed: Makes the draws repeatable.

        Raises:
            MethodError: If the score is computed from no weights of the model's layers.
        """
        function = compiled.traced()
        self._present = {
            handle.ref(): tf.Variable(tf.raw_ops.ReadVariableOp(resource=handle, dtype=dtype), trainable=False)
            for handle, dtype, _ in read_variables(function)
        }
        positions = last_reads(function, function.structured_outputs["scores"])
        found, held = {}, set()
        for number, (path, layer, name, variable) in enumerate(own_weights(compiled.request.model)):
            reference = variable.handle.ref()
            if reference in positions and reference in self._present:
                held.add(reference)
                found.setdefault(path, []).append((reference, layer, name, number))
        last = {path: max(positions[reference] for reference, *_ in weights) for path, weights in found.items()}
        self.layers = [self._redraw(path, found[path], seed) for path in sorted(found, key=last.get, reverse=True)]
        names = {variable.handle.ref(): variable.name for variable in function.variables}
        self.foreign = tuple(names.get(reference, "unnamed") for reference in positions if reference not in held)
        if not self.layers:
            raise MethodError(
                f"expected a score that is computed from weights of the layers of '{compiled.request.model.name}', "
                'found none; leave the weights out, checks=("class", "image").'
            )

    def _redraw(self, path, weights, seed):
        drawn, hows = {}, {}
        for reference, layer, name, number in weights:
            values = self._present[reference].numpy()
            new, how = redrawn(layer, name, values, (seed, number))
            hows[name] = "kept" if how == "permutation" and np.all(values == values.flat[0]) else how
            drawn[reference] = tf.Variable(new, dtype=values.dtype, trainable=False)
        named = {how: tuple(name for name in hows if hows[name] == how) for how in ("permutation", "kept")}
        return RedrawnLayer(path, drawn, named["permutation"], named["kept"])

    def reading(self, layers, run):
        """Returns `run()`, in which explainers see these layers redrawn and all others as they were when this was made.

        Args:
            layers: Some of the `layers`.
            run: Called with no argument; other threads see the model as it is meanwhile.

        Raises:
            MethodError: If the model is not asked in it by way of its compiled function.
        """
        read = self._present | {reference: new for layer in layers for reference, new in layer.weights.items()}
        answer, asked = reading_others({reference: variable.handle for reference, variable in read.items()}, run)
        if not asked:
            raise MethodError(
                "expected an explainer that asks the model by its compiled function, received one that asks it "
                'otherwise, or not at all: leave the weights out, checks=("class", "image").'
            )
        return answer
