"""One recorded forward pass, and what the mathematics of a method may ask of it."""

import contextlib
import dataclasses
import warnings
from collections.abc import Callable

import keras
import tensorflow as tf

from keras_explain.errors import ExplainWarning, LayerError, MethodError, ModelError, OptionError
from keras_explain.layers import find_layer, is_spatial, last_spatial_call, layer_path, nth_call
from keras_explain.tracing.capture import captured_calls
from keras_explain.tracing.pooled_head import find_pooled_head
from keras_explain.tracing.relu import ReluScope, plain
from keras_explain.tracing.scores import class_score, find_head


@dataclasses.dataclass(frozen=True)
class Question:
    """What is asked of which model; explainers that ask the same can share a forward pass.

    Attributes:
        model: The model, used as it stands.
        score: `"logit"`, `"probability"` or a function `(outputs, target) -> (N,)`.
        input: Index or name of the input to explain.
        output: Index or name of the output to explain.
    """

    model: keras.Model
    score: str | Callable = "logit"
    input: int | str | None = None
    output: int | str | None = None

    def __post_init__(self):
        if self.score not in ("logit", "probability") and not callable(self.score):
            raise OptionError(
                f'expected score="logit", "probability" or a function (outputs, target), received {self.score!r}.'
            )


class Tap:
    """A layer to be tapped: what was asked for, and once the model has been traced, what that was.

    Attributes:
        path: Path of the layer within the model, None as long as it is not known.
    """

    def __init__(self, model, layer=None, call=-1):
        self.operation = None if layer is None else find_layer(model, layer)
        self.call = call
        self.path = None if layer is None else layer_path(model, self.operation)


class Forward:
    """One forward pass at inference, recorded while it is traced.

    Attributes:
        images: The explained input, `(N, *spatial, C)`.
        targets: int32 `(N,)`, the predicted class where none was asked for.
        head: The class scores, see `tracing.scores.Head`; None with a custom score.
        score: float32 `(N,)`, what is explained.
    """

    def __init__(self, question, inputs, index, targets, sources, ruled=False):
        """Runs the model on symbolic inputs.

        Args:
            question: A `Question`.
            inputs: Structure of symbolic inputs.
            index: Position of the explained input among them.
            targets: int32 `(N,)`, -1 for the predicted class; a custom score gets them as they are.
            sources: What gradients will be asked for: `Tap`s, or `"images"`.
            ruled: Whether a gradient will be asked for that follows a ReLU rule.

        Raises:
            MethodError: If a rule is asked for that doesn't reach all ReLUs, or the model has none.
        """
        self.question = question
        self.images = keras.tree.flatten(inputs)[index]
        self._relus = ReluScope()
        self._tape = tf.GradientTape(persistent=True, watch_accessed_variables=False)
        with self._tape if sources else contextlib.nullcontext():
            if "images" in sources:
                self._tape.watch(self.images)
            relus = self._relus.tracing() if ruled else contextlib.nullcontext()
            with relus, captured_calls(self._watching(sources)) as self.calls:
                training = {"training": False} if question.model._call_has_training_arg else {}
                outputs = question.model(inputs, **training)
            self._score(_choose_output(question, outputs), targets)
        self._gradients = {}
        others = self._relus.check(self.head.logits if self.head else self.score) if ruled else ""
        if others:
            message = f"the model has other activations than ReLU, which keep their true gradient: {others}."
            warnings.warn(message, ExplainWarning, stacklevel=2)

    def _watching(self, sources):
        """Returns the function that lets the tape watch what gradients will be asked for, as it is made.

        The tape then sees nothing before it, and the backward pass ends there.
        """
        taps = [source for source in sources if source != "images"]
        named = {id(tap.operation) for tap in taps}
        unknown = id(None) in named

        def watch(call):
            tensor = call.output
            if id(call.operation) in named or (unknown and is_spatial(tensor, self.images.shape.rank)):
                if tensor is not None and tensor.dtype.is_floating:
                    self._tape.watch(tensor)

        return watch

    def _score(self, outputs, targets):
        if callable(self.question.score):
            self.head, self.targets = None, targets
            self.score = self.question.score(outputs, targets)
            if self.score.shape.rank != 1:
                raise ModelError(f"expected score= to return shape (N,), received {self.score.shape}.")
        else:
            self.head = find_head(outputs)
            predicted = tf.argmax(self.head.logits, axis=1, output_type=tf.int32)
            self.targets = tf.where(targets < 0, predicted, targets)
            self.score = class_score(self.head, self.targets, self.question.score)
        self.score = tf.cast(self.score, tf.float32)

    def activations(self, tap):
        """Returns the output `A`, `(N, *spatial, K)`, of the tapped layer; by default the last spatial one."""
        rank = self.images.shape.rank
        if tap.operation is None:
            call = last_spatial_call(self.calls, self.score, rank)
        else:
            call = nth_call(self.calls, tap.operation, tap.call)
        tap.path = layer_path(self.question.model, call.operation)
        if call.output.shape.rank != rank:
            raise LayerError(
                f"expected a layer with an output of rank {rank}, (N, *spatial, channels), received '{tap.path}' "
                f"with {tuple(call.output.shape)}; choose a convolution, or leave layer= out."
            )
        return call.output

    def pooled_head(self):
        """Returns the `PooledHead` that CAM reads its weights from, and the path of the pooled layer."""
        if self.head is None:
            raise MethodError("CAM expects class scores, received a custom score; use GradCAM.")
        head = find_pooled_head(self.head.outputs, self.images)
        makers = [call.operation for call in self.calls if call.output is head.activations]
        return head, layer_path(self.question.model, makers[0]) if makers else head.activations.op.name

    def gradient(self, tensor, rule=plain):
        """Returns `d score_n / d tensor_n` for each image `n` of the batch, of the tensor's shape.

        The scores are summed first: at inference no image has a part in another's score.

        Args:
            tensor: The images, or activations of a tap among the sources.
            rule: The backward rule that ReLUs follow, see `tracing.relu`.
        """
        key = (id(tensor), rule)
        if key not in self._gradients:
            with self._relus.following(rule):
                gradient = self._tape.gradient(self.score, tensor)
            if gradient is None:
                raise MethodError("the score doesn't depend on what is explained: no gradient arrives there.")
            self._gradients[key] = gradient
        return self._gradients[key]


def _choose_output(question, outputs):
    flat = keras.tree.flatten(outputs)
    if question.output is None:
        if len(flat) > 1 and not callable(question.score):
            names = list(outputs) if isinstance(outputs, dict) else f"0 to {len(flat) - 1}"
            raise ModelError(f"the model has {len(flat)} outputs ({names}): say by output= which one to explain.")
        return flat[0] if len(flat) == 1 else outputs
    if isinstance(question.output, int):
        named = dict(enumerate(flat))
    else:
        named = outputs if isinstance(outputs, dict) else dict(zip(question.model.output_names, flat))
    if question.output not in named:
        raise ModelError(f"expected output= as one of {list(named)}, received {question.output!r}.")
    return named[question.output]
