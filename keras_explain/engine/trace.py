"""One trace of a model: the function that computes the maps of all explainers that apply to it."""

import time

import tensorflow as tf

from keras_explain.engine.forward_pass import ForwardPass
from keras_explain.engine.open_size import OpenSizeError, check_frames
from keras_explain.engine.watch import Watch
from keras_explain.tracing.other_variables import GraphFunction


class Trace:
    """A traced function `(inputs, targets) -> answer`, for images of any size or of a known one.

    Attributes:
        function: The `GraphFunction`; it gives `{name: tensors}` of an `Answer`, and of what outputs are held against.
        explainers: Those that apply to the model.
        left_out: `{explainer: error}` of those that don't.
        classes: Number of classes of the explained output; None with a custom score.
        claim: What the outputs are taken for, see `check_claim`; None where nothing can be held against them.
        by_size: Whether layers show where they look in images of a known size alone, as these are not: it has no maps.
        seconds: How long it took.
    """

    def __init__(self, request, signature, specs, explainers, leave_out, keeping=lambda run: run()):
        """Traces.

        Args:
            request: The `Request` to answer.
            signature: The model's `Signature`.
            specs: A `tf.TensorSpec` of each input.
            explainers: What has a `watch` and an `attribution(forward)`; with none, the scores alone are computed.
            leave_out: Kinds of errors by which an explainer is left out, as one that doesn't apply to the model.
            keeping: `run -> run()`, within which the model is traced.

        Raises:
            ExplainError: If the model can't be explained, or one of the explainers doesn't apply to it.
        """
        self._request, self._signature = request, signature
        self._wanted, self._leave_out = tuple(explainers), tuple(leave_out)
        self.explainers, self.left_out, self.by_size = list(explainers), {}, False
        self.classes = self.claim = None
        self.function = GraphFunction(self._explain, (specs, tf.TensorSpec((None,), tf.int32)))
        start = time.perf_counter()
        keeping(self.function.get_concrete_function)
        self.seconds = time.perf_counter() - start

    def _explain(self, inputs, targets):
        watch = Watch()
        for explainer in self._wanted:
            watch |= explainer.watch
        forward = ForwardPass(self._request, self._signature, inputs, targets, watch)
        self.classes, self.claim = forward.head and forward.head.ranking.shape[1], forward.head and forward.head.claim
        maps, unresized = self._maps(forward)
        answer = {"maps": maps, "unresized": unresized, "scores": forward.score, "targets": forward.targets}
        answer["probabilities"] = forward.head and forward.head.probabilities
        answer["outputs"] = forward.head.outputs if self.claim else None
        return {name: value for name, value in answer.items() if value is not None}

    def _maps(self, forward):
        """Returns the maps, and by the place of those that were resized `{place: what they were before}`."""
        maps, unresized, self.explainers, self.left_out = [], {}, [], {}
        try:
            check_frames(forward.recorded.calls)
            for explainer in self._wanted:
                self._add(explainer, forward.declaring(explainer.watch), maps, unresized)
        except OpenSizeError:
            if forward.sized:  # and still it isn't known
                raise
            self.by_size, self.explainers, self.left_out = True, list(self._wanted), {}
            return [], {}
        return maps, unresized

    def _add(self, explainer, declared, maps, unresized):
        try:
            made = explainer.attribution(declared)
        except OpenSizeError:
            raise
        except self._leave_out as error:
            self.left_out[explainer] = error
            return
        if declared.unresized(made) is not made:
            unresized[str(len(maps))] = tf.cast(declared.unresized(made), tf.float32)
        maps.append(tf.cast(made, tf.float32))
        self.explainers.append(explainer)
