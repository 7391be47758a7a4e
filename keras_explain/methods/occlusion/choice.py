"""Which way the scores of hidden patches are computed: each by a forward pass, or by the parts that it changes."""

import dataclasses
import functools
import time

import numpy as np
import tensorflow as tf

from keras_explain.errors import MethodError
from keras_explain.methods.occlusion.changed_parts import ChangedParts
from keras_explain.methods.occlusion.channels_last import channels_last
from keras_explain.methods.occlusion.every_patch import EveryPatch
from keras_explain.methods.occlusion.plan import make_plan
from keras_explain.methods.occlusion.refusals import check_runs_again
from keras_explain.methods.occlusion.score_graph import ScoreGraph
from keras_explain.methods.occlusion.window import Span
from keras_explain.tracing.layer_tree import walk

METHODS = ("auto", "plain", "incremental")
# What an estimate has to promise: it may be wrong.
_WORTH, _SURE = 0.85, 0.9
# What it takes to trace and first run each way, in traces of the model alone: measured of MobileNetV2 and DenseNet121.
_PLAIN_TRACE, _PARTS_TRACE = 1.5, 4
# So many passes tell how long one takes, and may be that share of all.
_SAMPLED, _SAMPLE = 8, 0.05
_FEW = "for so few images no other way is looked for."
_UNPAID = "for so few images tracing the incremental way is expected to take longer than it saves."


@dataclasses.dataclass(frozen=True)
class Choice:
    """Which way scores are computed, and what that is expected to save.

    Attributes:
        method: `"plain"` or `"incremental"`.
        share: Expected cost of the incremental way, as a share of the plain one's; None if there is no such way.
        dense: The layer from which on whole maps are computed; None the plain way.
        reason: Why the plain way was taken; None if it wasn't.
    """

    method: str
    share: float | None = None
    dense: str | None = None
    reason: str | None = None

    def __str__(self):
        if self.method == "plain":
            return f"plain: {self.reason}"
        return f"incremental: {self.share:.2f} of the plain way's arithmetic, dense from '{self.dense}'"


class Ways:
    """The ways to compute the scores of hidden patches of images of one size.

    Attributes:
        patches: The `Patches`.
    """

    def __init__(self, method, compiled, patches, arrays):
        """Plans where that may refuse; else with the first images that are many, which trace the way that they take.

        Args:
            method: One of `METHODS`.
            compiled: The `Compiled` function of the scores.
            patches: The `Patches` to hide.
            arrays: Images of the size, or their `tf.TensorSpec`, like `signature.specs`.

        Raises:
            MethodError: If `method` is `"incremental"` and there is no such way; it says why.
        """
        self.patches, self._method, self._compiled = patches, method, compiled
        self._specs = [tf.TensorSpec((None, *array.shape[1:]), array.dtype) for array in arrays]
        self._every_patch, self._changed_parts, self._pass = EveryPatch(compiled, patches), None, None
        self._last = self._for_many if method == "incremental" else None

    @property
    def choice(self):
        """The `Choice` that was made last; before any images that for many."""
        return self._last or self._for_many

    def scores(self, batch, shown, batch_size, verbose):
        """Returns the scores of whole images and of those with each patch hidden, as `EveryPatch` does."""
        self._last, way = self._chosen(len(batch) * self.patches.count, batch)
        return way(batch, shown, batch_size, verbose)

    def _chosen(self, passes, batch):
        """Returns the `Choice` for images, and the way."""
        asked, parts = self._method != "auto", self._changed_parts
        if not asked and not (parts and parts.traced) and passes < _SAMPLED / _SAMPLE:
            return Choice("plain", reason=_FEW), self._every_patch
        choice, parts = self._for_many, self._changed_parts
        if parts is None or asked or parts.traced or self._pays(passes, batch):
            return choice, parts or self._every_patch
        return dataclasses.replace(choice, method="plain", reason=_UNPAID), self._every_patch

    @functools.cached_property
    def _for_many(self):
        """The `Choice` for many images; with it comes `ChangedParts`, where there is such a way and it saves enough.

        It takes up to as long as tracing the model, so that it is made once, and for few images never.
        """
        compiled, signature, patches = self._compiled, self._compiled.signature, self.patches
        if self._method == "plain":
            return Choice("plain", reason="as asked for.")
        try:
            graph, spans = ScoreGraph.of(compiled.concrete(self._specs), signature.index), Span.over(patches)
            check_runs_again(graph)
            graph = channels_last(graph)
            plan = make_plan(graph, spans)
            share = plan.share + 1 / patches.count  # the whole image is run once as well
            if self._method == "auto" and share > _WORTH:
                return Choice(
                    "plain", share, reason=f"the incremental way is expected to take {share:.2f} of its time."
                )
            self._changed_parts = ChangedParts(compiled, graph, plan, patches, spans)
        except MethodError as error:
            if self._method == "incremental":
                raise
            return Choice("plain", reason=str(error))
        return Choice("incremental", share, _layer_name(compiled.request.model, plan.dense))

    def _pays(self, passes, batch):
        """Tells whether parts save more in one call than their trace takes."""
        self._pass = self._pass or self._seconds_a_pass(batch)
        plain, trace = passes * self._pass, self._compiled.trace_seconds
        first = 0 if self._every_patch.traced else _PLAIN_TRACE * trace
        return _PARTS_TRACE * trace + self._for_many.share * plain < _SURE * (first + plain)

    def _seconds_a_pass(self, batch):
        """Returns what an image more in a batch takes, as measured: of two and four, not of one.

        TensorFlow 2.21 takes longer for one image alone than for any two where channels stand first on a CPU.
        """
        taken = []
        for count in (2, 2, 4):  # the first one finds out how to run
            copies = batch[np.zeros(count, int)]
            start = time.perf_counter()
            self._compiled(copies)
            taken.append(time.perf_counter() - start)
        return max(taken[2] - taken[1], 0) / 2


def _layer_name(model, operation):
    """Returns the name of the layer that an operation was traced in, or its own."""
    names = {layer.name for _, layer in walk(model)}
    for scope in reversed(operation.name.split("/")):
        stem, _, number = scope.rpartition("_")  # as TensorFlow numbers scopes of one name
        for name in (stem if number.isdigit() else scope, scope):
            if name in names:
                return name
    return operation.name
