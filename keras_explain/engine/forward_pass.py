"""One recorded forward pass, and what the mathematics of a method may ask of it; repeatable on other images."""

import copy
import warnings

import keras
import tensorflow as tf

from keras_explain.engine.attention import Attention, attention_to_all, by_heads
from keras_explain.engine.gradients import Gradients
from keras_explain.engine.layout import laid_out, turned_first, turned_last
from keras_explain.engine.pooled import pooled_features
from keras_explain.engine.recorded import Recorded
from keras_explain.engine.score import explained_score
from keras_explain.engine.steadiness import tell_if_unsteady
from keras_explain.errors import ExplainWarning, GradientError, MethodError
from keras_explain.maps import is_whole, spread_over
from keras_explain.tracing.inference import run_inference
from keras_explain.tracing.layer_calls import captured_calls


class ForwardPass:
    """One forward pass at inference, recorded while it is traced. Everything it takes and gives has channels last.

    Attributes:
        images: The explained input, `(N, *spatial, C)`.
        targets: int32 `(N,)`, the predicted class where none was asked for.
        head: The class scores, see `tracing.class_scores.Head`; None with a custom score.
        score: float32 `(N,)`, what is explained.
        recorded: The same and every layer's call, a `Recorded`, for whoever looks for a layer.
    """

    def __init__(self, request, signature, inputs, targets, watch, told=None):
        """Runs the model on symbolic inputs.

        Args:
            request: A `Request`.
            signature: The model's `Signature`.
            inputs: Symbolic tensors like `signature.specs`.
            targets: int32 `(N,)`, -1 for the predicted class; a custom score gets them as they are.
            watch: A `Watch`: what gradients will be asked for.
            told: Of a pass that is repeated, the set of what it has warned of.

        Raises:
            ModelError: If the output is no table of class scores, or the custom score returns none.
        """
        self.images = inputs[signature.index]
        self._request, self._signature, self._inputs, self._watch = request, signature, list(inputs), watch
        self._channels_first = signature.channels_first
        self._gradients = Gradients(watch, self.images)
        with self._gradients.recording():
            given = list(inputs)
            if self._channels_first:
                given[signature.index] = turned_first(self.images)
            given = keras.tree.pack_sequence_as(signature.structure, given)

            def run():
                return run_inference(request.model, given)

            outputs, calls = captured_calls(run, self._gradients.stand_ins)
            self.head, self.targets, self.score, made = explained_score(request, outputs, targets)
        others = [given for given in inputs if given is not self.images and given.shape.rank > 2]
        returned = keras.tree.flatten(request.chosen(outputs))
        self.recorded = Recorded(calls, self.images, others, returned, self.score, self._channels_first)
        half = any(call.output is not None and call.output.dtype == tf.float16 for call in calls)
        self._told, self._grown = set() if told is None else told, None
        if told is None:
            tell_if_unsteady(made, self.images)
        self._gradients.of(self.score, made, half, self._told)

    def declaring(self, watch):
        """Returns the same pass for a method that declared just this; what it asks for beside that is refused."""
        declared = copy.copy(self)
        declared._watch, declared._grown = watch, None
        return declared

    def again(self, images):
        """Returns the pass on other images `(N, *spatial, C)`: with the same other inputs, targets and watch."""
        if self.images.dtype.is_integer and images.dtype != self.images.dtype:
            raise MethodError(f"expected images of {self.images.dtype.name}, as the model takes them, received others.")
        inputs = list(self._inputs)
        inputs[self._signature.index] = tf.cast(images, self.images.dtype)
        return ForwardPass(self._request, self._signature, inputs, self.targets, self._watch, self._told)

    def input_gradient(self, rule=None):
        """Returns `d score_n / d image_n`, float32 `(N, *spatial, C)`.

        Args:
            rule: The backward rule that ReLUs follow; None for the true gradient.

        Raises:
            MethodError: If it wasn't declared.
            RuleError: If the rule doesn't reach all ReLUs.
            GradientError: If the score has no such gradient.
        """
        self._watch.allow(rule, images=True)
        gradient = self._gradients.at(self.images, rule)
        if gradient is None:
            raise GradientError(
                f"expected a score with a gradient by the images, received none from {self.images.dtype.name} images "
                "(they may be cast to integers, or not be used)."
            )
        return tf.cast(gradient, tf.float32)

    def activations(self, tap):
        """Returns the output `A` of a tapped layer, float32 `(N, *spatial, K)`, for which no gradient is declared.

        Args:
            tap: A `Tap`, by default of the last spatial layer; its path is known from now on.

        Raises:
            LayerError: If there is no such layer, or its output has no spatial extent.
        """
        output = tap.find(self.recorded)
        return self._laid_out(output, tap.grid) if tap.frames is None else tap.frames.together()

    def tapped(self, tap, rule=None):
        """Returns the output `A` of a tapped layer and `dA = d score / dA`, both float32 `(N, *spatial, K)`.

        Of a layer that is called on each frame of a video by itself, frames are images of their own, see `by_time`.

        Args:
            tap: A `Tap`, by default of the last spatial layer; its path is known from now on.
            rule: The backward rule that ReLUs follow; None for the true gradient.

        Raises:
            LayerError: If there is no such layer, or its output has no spatial extent.
            MethodError: If it wasn't declared.
            RuleError: If the rule doesn't reach all ReLUs.
        """
        self._watch.allow(rule, tap=tap)
        output = tap.find(self.recorded)
        outputs = [output] if tap.frames is None else tap.frames.outputs
        gradients = [self._gradients.at(each, rule) for each in outputs]
        if all(gradient is None for gradient in gradients):
            message = (
                f"the score doesn't depend on the layer '{tap.path}', which is off its path, so that its map is zero; "
                "choose one on the way to it."
            )
            warnings.warn(message, ExplainWarning, stacklevel=2)
        gradients = [tf.zeros_like(each) if own is None else own for each, own in zip(outputs, gradients)]
        if tap.frames is not None:
            return tap.frames.joined(outputs), tap.frames.joined(gradients)
        return self._laid_out(output, tap.grid), self._laid_out(gradients[0], tap.grid)

    def scales(self, tap):
        """Returns `[(chosen, tap)]`: where a tap looks in which of the images, bool `(N,)`, see `Tap.scales`."""
        return tap.scales(self.recorded)

    @property
    def sized(self):
        """Whether the inputs are of a known size, of which the pass shows all that any size does."""
        return all(given.shape[1:].is_fully_defined() for given in self._inputs)

    def by_time(self, maps, tap):
        """Returns the maps that were made of what `tapped` returned as those of the videos; of images as they are."""
        return maps if tap.frames is None else tap.frames.as_videos(maps)

    def output(self, tap):
        """Returns the output of any tapped layer, float32 `(N, *places, K)`: of a dense one `(N, K)`.

        Raises:
            LayerError: If there is no such layer.
        """
        output = tap.reach(self.recorded)
        if tap.frames is not None:
            return tap.frames.together()
        has_layout = output.shape.rank == self.images.shape.rank
        return self._channels_last(output) if has_layout else tf.cast(output, tf.float32)

    def attention(self, tap):
        """Returns how the tokens of a transformer attend to each other, an `Attention`.

        Args:
            tap: The `Tap` that was declared, of no layer that was asked for.

        Raises:
            MethodError: If not all tokens attend to all of them, or the score has no gradient by them.
        """
        self._watch.allow(tap=tap)
        softmaxes, tokens, lattice = attention_to_all(self.recorded, self._request.model)
        last, *slopes = (self._gradients.at(one) for one in (tokens, *softmaxes))
        if last is None:
            raise MethodError("expected a score with a gradient by the last tokens, received one without.")
        slopes = [tf.zeros_like(one) if slope is None else slope for one, slope in zip(softmaxes, slopes)]
        read = tf.reduce_any(last != 0, axis=-1)
        return Attention([*map(by_heads, softmaxes)], [*map(by_heads, slopes)], read, lattice)

    def following(self, rule):
        """Within the block, the gradients of whatever tape follow a rule at those ReLUs that it reaches.

        Raises:
            MethodError: If no rule was declared.
        """
        self._watch.allow(rule)
        return self._gradients.following(rule)

    def pooled_head(self):
        """Returns what is pooled: `f` `(N, *spatial, K)`, weights `w` `(K, units)`, the layer's path and `image_part`.

        Raises:
            MethodError: If the class scores are not those of global average pooling and at most one dense layer, or
                what is pooled isn't at the places of the explained input alone.
        """
        if self.head is None:
            raise MethodError("expected class scores, received a custom score.")
        activations, *rest, grid = pooled_features(self.head.outputs, self.recorded, self._request.model)
        return self._laid_out(activations, grid), *rest

    def resized(self, maps, part=None, size=None):
        """Returns maps `(N, *spatial, C)` at the size of the images, 0 beyond the part that they are of, a `Tap`'s.

        Args:
            maps: Of a layer.
            part: Of the images that they cover, None for all.
            size: Another size for that of the images, an int tensor.
        """
        resized = spread_over(maps, tf.shape(self.images)[1:-1] if size is None else size, part)
        self._grown = (resized, maps) if is_whole(part) and size is None else None
        return resized

    def unresized(self, maps):
        """Returns the maps that these were `resized` from, over all of the images; themselves if they weren't."""
        return self._grown[1] if self._grown is not None and self._grown[0] is maps else maps

    def _laid_out(self, tensor, grid):
        return self._channels_last(tensor) if grid is None else tf.cast(laid_out(tensor, grid), tf.float32)

    def _channels_last(self, tensor):
        return tf.cast(turned_last(tensor) if self._channels_first else tensor, tf.float32)
