"""The compiled function behind explainers: one forward pass for all that request the same."""

import contextlib
import functools
from operator import itemgetter

import keras
import tensorflow as tf

from keras_explain.engine.answer import Answer
from keras_explain.engine.batches import in_batches
from keras_explain.engine.compiled_loss import said_by_loss
from keras_explain.engine.environment import check_environment
from keras_explain.engine.maps_alone import maps_alone
from keras_explain.engine.named_score import Score
from keras_explain.engine.request import check_callable
from keras_explain.engine.score import check_claim
from keras_explain.engine.trace import Trace
from keras_explain.errors import InputError, ModelError, TargetError
from keras_explain.inputs.batch import Batch, check_batch
from keras_explain.inputs.datasets import gathered
from keras_explain.inputs.images import check_images, first_run
from keras_explain.tracing.other_variables import reads_others
from keras_explain.tracing.parts import exchanged, parts_of
from keras_explain.tracing.state import kept, written
from keras_explain.tracing.thread_state import unharmed


class Compiled:
    """The function that computes the maps of one or several explainers from one forward pass.

    It is traced once, for all batch sizes and classes: at construction if the model knows its inputs, else with the
    first images. Where a model takes images of any size, or videos of any length, and layers of it show where they look
    at a known one alone (tokens, frames within a loop), it is traced once for each size that is handed in. It reads the
    model's live weights, or those of `tracing.other_variables` while it is told to.

    Attributes:
        request: The `Request`.
        signature: The model's `Signature`; None before the first images of a model that doesn't know its inputs.
    """

    def __init__(self, request, explainers=(), leave_out=()):
        """Traces the explainers together.

        Args:
            request: The `Request` to answer.
            explainers: What has a `watch` and an `attribution(forward)`; with none, the scores alone are computed.
            leave_out: Kinds of errors by which an explainer is left out, as one that doesn't apply to the model.

        Raises:
            ExplainError: If the model can't be explained, or one of the explainers doesn't apply to it.
        """
        check_environment()
        check_callable(request.model)
        self.request, self.signature = request, request.signature()
        self._wanted, self._leave_out = tuple(explainers), tuple(leave_out)
        self._held, self._written, self._parts, self._by_loss = False, [], [], None
        self._first = self._last = None  # `Trace`s: that of all sizes, and the one that was asked last
        self._of_sizes = {}
        if self.signature is not None:
            self._trace()

    @property
    def explainers(self):
        """Those that apply to the model, as far as that is known."""
        return list(self._wanted) if self._last is None else self._last.explainers

    @property
    def left_out(self):
        """`{explainer: error}` of those that don't."""
        return {} if self._last is None else self._last.left_out

    @property
    def classes(self):
        """Number of classes of the explained output; None with a custom score, or before it is traced."""
        return None if self._last is None else self._last.classes

    @property
    def trace_seconds(self):
        """How long it took to trace, by which others can tell what that takes on this machine."""
        return self._first.seconds

    def _trace(self):
        self._first = self._last = self._traced_for(self.signature.specs, unharmed)
        self._written = written(self._first.function.get_concrete_function())
        self._parts, self._by_loss = parts_of(self.request.model), self._said_by_loss()

    def _traced_for(self, specs, keeping):
        return Trace(self.request, self.signature, specs, self._wanted, self._leave_out, keeping)

    def _function_for(self, arrays):
        """Returns the function for images of a size: the one for all sizes, unless each has its own."""
        if self._first.by_size:
            shapes = tuple(tuple(array.shape[1:]) for array in arrays)
            if shapes not in self._of_sizes:
                self._of_sizes[shapes] = self._traced_for(self.specs(arrays), self.keeping_state)
            self._last = self._of_sizes[shapes]
        return self._last.function

    def specs(self, arrays):
        """Returns a `tf.TensorSpec` of each input: of all sizes, unless each size of images has a trace of its own."""
        return _of_size(arrays) if self._first.by_size else self.signature.specs

    def concrete(self, arrays):
        """Returns the concrete function `(inputs, targets) -> answer` for images of one size.

        Args:
            arrays: Arrays of the size, or their `tf.TensorSpec`, like `signature.specs`.
        """
        known = all(spec.shape[1:].is_fully_defined() for spec in self.signature.specs)
        traced = self._first if known else self._traced_for(_of_size(arrays), unharmed)
        return traced.function.get_concrete_function()

    def traced(self):
        """Returns the concrete function that answers, whatever the size of the images; it has been traced already."""
        return self._first.function.get_concrete_function()

    def batch(self, images, target=None):
        """Returns the `Batch` of images and targets as a user hands them in, a dataset or another `Batch` included.

        Raises:
            ModelError: If layers or activations of the model were exchanged since it was traced.
            InputError: If the images don't fit the model.
            TargetError: If the targets don't fit the images or the classes, or the score takes none.
        """
        self.check_current()
        images, _ = gathered(images)
        if self.signature is None:
            self._build(images.inputs if isinstance(images, Batch) else images)
        batch = check_batch(images, target, self.signature, self.classes)
        if not isinstance(images, Batch):  # of several explainers' images the targets may be the others'
            self.request.check_untargeted(batch.targets)
        self._function_for(batch.arrays)  # what the size shows to be refused is refused now
        return batch

    def check_current(self):
        """Refuses to answer for a model that is another than the one that was traced.

        Raises:
            ModelError: If layers or activations of it were exchanged since.
        """
        found = exchanged(self._parts)
        if found:
            raise ModelError(
                f"expected the model as it was traced, received one in which '{found[1].lstrip('_')}' of '{found[0]}' "
                "is another now (exchanged, quantized, or with LoRA); build the explainer anew."
            )

    @property
    def is_current(self):
        """Whether it has been traced, and would be traced the same now."""
        if self.signature is None or exchanged(self._parts):
            return False
        return self._by_loss == self._said_by_loss()

    def _said_by_loss(self):
        return said_by_loss(self.request.model, self.request.output_names, self.request.output)

    def __call__(self, batch, batch_size=32):
        """Returns the `Answer` to a `Batch`, `batch_size` of its images in memory at a time.

        Raises:
            ModelError: If the model's outputs aren't what they were taken for.
            TargetError: If a custom score fails without a target.
            InputError: If a named score fails with images of this size.
        """

        def run():
            return in_batches(self._function_for(batch.arrays), batch.arrays, batch.targets, batch_size)

        with self._naming_what_the_score_lacks(batch):
            answer = self.keeping_state(run)
        outputs, own = answer.pop("outputs", None), answer.pop("unresized")
        unresized = [own.get(str(place), maps) for place, maps in enumerate(answer["maps"])]
        if not reads_others():
            if self._last.claim:
                check_claim(self._last.claim, outputs)
            self._held = True
        return Answer(**answer, unresized=unresized)

    def maps(self, batch, batch_size=32):
        """Returns the `Answer` to a `Batch` for whoever needs its maps alone, which may be all that it holds.

        The scores are left out, once there was an answer, of targets that are given, where maps cost much less so.
        """
        given = self._held and self.request.score == "logit" and (batch.targets >= 0).all()
        alone = given and not self._first.by_size and self._alone
        if not alone:
            return self(batch, batch_size)
        return Answer(self.keeping_state(lambda: in_batches(alone, batch.arrays, batch.targets, batch_size)))

    @functools.cached_property
    def _alone(self):
        return maps_alone(self.traced(), self.signature)

    @contextlib.contextmanager
    def _naming_what_the_score_lacks(self, batch):
        try:
            yield
        except tf.errors.InvalidArgumentError as error:
            own, size = self.request.score, tuple(batch.images.shape[1:-1])
            if isinstance(own, Score) and not all(self.signature.explained.shape[1:-1]):
                raise InputError(f"expected images of a size for which {own} is, received {size}.") from error
            if callable(own) and not isinstance(own, Score) and (batch.targets < 0).any():
                raise TargetError(
                    "expected a target for the custom score=, received none (it gets -1 then and fails): give target=."
                ) from error
            raise

    @property
    def unproven(self):
        """Whether outputs are still to be held against what they are taken for."""
        return self._first is not None and self._first.claim is not None and not self._held

    def hold_claim(self, batch, batch_size):
        """Makes sure that outputs were held once against what they are taken for, for who computes scores elsewhere."""
        if self.unproven:
            self(batch, batch_size)

    def keeping_state(self, run):
        """Returns `run()`, in which the model is traced or runs; afterward, variables that it writes are as before."""
        return kept(self._written, lambda: unharmed(run))

    def run(self, arrays, targets):
        """Returns the tensors of an `Answer`, by name, for one batch of inputs like `signature.specs`."""
        tensors = [tf.convert_to_tensor(array) for array in arrays]
        return self._function_for(tensors)(tensors, tf.convert_to_tensor(targets))

    def _build(self, images):
        """Lets a model that has never been called make its weights, as its first call by anyone would."""
        signature = self.request.signature(images)
        images = check_images(images, signature)
        if not self.request.model.built:
            with first_run(images):
                self.request.model(keras.tree.map_structure(itemgetter(slice(1)), images), training=False)
        self.signature = self.request.signature(images)
        with first_run(images) if self.request.of_class else contextlib.nullcontext():
            self._trace()


def _of_size(arrays):
    return [tf.TensorSpec((None, *array.shape[1:]), array.dtype) for array in arrays]
