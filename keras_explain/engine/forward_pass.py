"""One recorded forward pass, and what the mathematics of a method may ask of it."""

import contextlib
import numbers
import warnings

import keras
import tensorflow as tf

from keras_explain.engine.layers import channels_first, find_layer, is_spatial, last_spatial_call, layer_path, nth_call
from keras_explain.engine.request import check_model
from keras_explain.errors import ExplainWarning, LayerError, MethodError, ModelError, OptionError
from keras_explain.maps import resize
from keras_explain.tracing.class_scores import class_score, find_head
from keras_explain.tracing.layer_calls import captured_calls
from keras_explain.tracing.pooled_head import find_pooled_head
from keras_explain.tracing.relu_rules import ReluScope, plain

# Gradients of a float16 network are taken this much larger, since those of a large layer would vanish.
_HALF_SCALE = 256.0


class Tap:
    """A layer to be tapped: what was asked for, and once the model has been traced, what that was.

    Attributes:
        path: Path of the layer within the model, None as long as it is not known.
    """

    def __init__(self, model, layer=None, call=-1):
        check_model(model)
        if not isinstance(call, numbers.Integral):
            raise OptionError(f"expected call= as a whole number, received {call!r}.")
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
        channels_first: Whether images and activations are `(N, C, *spatial)`; maps never are.
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
            ModelError: If the output is no table of class scores, or the custom score returns none.
        """
        self.question = question
        self.images = keras.tree.flatten(inputs)[index]
        self.channels_first = channels_first(question.model)
        self._relus, self._ruled = ReluScope(), ruled
        self._tape = tf.GradientTape(persistent=True, watch_accessed_variables=False)
        with self._tape if sources else contextlib.nullcontext():
            if "images" in sources:
                self._tape.watch(self.images)
            relus = self._relus.tracing() if ruled else contextlib.nullcontext()
            with relus, captured_calls(self._watching(sources)) as self.calls:
                training = {"training": False} if question.model._call_has_training_arg else {}
                outputs = question.model(inputs, **training)
            half = any(call.output is not None and call.output.dtype == tf.float16 for call in self.calls)
            self._scale = _HALF_SCALE if half else 1.0
            self._score(question.chosen(outputs), targets)
        self._gradients = {}
        self._unruled, others = None, ""
        try:
            others = self._relus.check(self.head.logits if self.head else self.score) if ruled else ""
        except MethodError as error:  # of no concern to the methods that follow no rule
            self._unruled = error
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
            spatial = is_spatial(tensor, self.images.shape.rank, self.channels_first)
            if id(call.operation) in named or (unknown and spatial):
                if tensor is not None and tensor.dtype.is_floating:
                    self._tape.watch(tensor)

        return watch

    def _score(self, outputs, targets):
        if callable(self.question.score):
            self.head, self.targets = None, targets
            self.score = self.question.score(outputs, targets)
            if not tf.is_tensor(self.score) or self.score.shape.rank != 1:
                received = self.score.shape if tf.is_tensor(self.score) else type(self.score).__name__
                raise ModelError(f"expected score= to return shape (N,), as a tensor, received {received}.")
        else:
            self.head = find_head(outputs)
            predicted = tf.argmax(self.head.logits, axis=1, output_type=tf.int32)
            self.targets = tf.where(targets < 0, predicted, targets)
            self.score = class_score(self.head, self.targets, self.question.score)
        self.score = tf.cast(self.score, tf.float32)

    def channels_last(self, tensor):
        """Returns activations as `(N, *spatial, K)`, whatever the model's layout."""
        rank = tensor.shape.rank
        return tf.transpose(tensor, [0, *range(2, rank), 1]) if self.channels_first else tensor

    def resized(self, maps):
        """Returns maps `(N, *spatial, 1)` at the size of the images."""
        return resize(maps, tf.shape(self.images)[2:] if self.channels_first else tf.shape(self.images)[1:-1])

    def activations(self, tap):
        """Returns the output `A` of the tapped layer, in the model's layout; by default the last spatial one."""
        rank = self.images.shape.rank
        if tap.operation is None:
            call = last_spatial_call(self.calls, self.question.model, self.score, self.images)
        else:
            call = nth_call(self.calls, self.question.model, tap.operation, tap.call, self.images)
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
        head = find_pooled_head(self.head.outputs, self.images, self.channels_first)
        makers = [call.operation for call in self.calls if call.output is head.activations]
        return head, layer_path(self.question.model, makers[0]) if makers else head.activations.op.name

    def gradient(self, tensor, rule=plain):
        """Returns `d score_n / d tensor_n` for each image `n` of the batch, of the tensor's shape.

        The scores are summed first: at inference no image has a part in another's score.

        Args:
            tensor: The images, or activations of a tap among the sources.
            rule: The backward rule that ReLUs follow, see `tracing.relu`.

        Raises:
            MethodError: If the rule doesn't reach all ReLUs, the model has none, or the score has no such gradient.
        """
        if rule is not plain and self._unruled:
            raise self._unruled
        key = (id(tensor), rule)
        if key not in self._gradients:
            # Under keras.remat, ReLUs are traced again when the gradient is taken.
            with self._relus.tracing() if self._ruled else contextlib.nullcontext(), self._relus.following(rule):
                gradient = self._tape.gradient(self.score, tensor, tf.fill(tf.shape(self.score), self._scale))
            if gradient is None and tensor is self.images:
                raise MethodError(
                    f"expected a score with a gradient by the images, received none from {tensor.dtype.name} images "
                    "(they may be cast to integers, or not be used); use Occlusion, or GradCAM on a later layer."
                )
            if gradient is None:
                message = "the score doesn't depend on the layer, so that its map is zero; choose one on the way to it."
                warnings.warn(message, ExplainWarning, stacklevel=2)
                gradient = tf.zeros_like(tensor)
            self._gradients[key] = gradient if self._scale == 1 else tf.cast(gradient, tf.float32) / self._scale
        return self._gradients[key]
