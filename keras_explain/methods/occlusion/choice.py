"""Which way the scores of hidden patches are computed: each by a forward pass, or by the parts that it changes."""

import dataclasses

from keras_explain.errors import MethodError
from keras_explain.methods.occlusion.changed_parts import ChangedParts
from keras_explain.methods.occlusion.every_patch import EveryPatch
from keras_explain.methods.occlusion.plan import make_plan
from keras_explain.methods.occlusion.score_graph import ScoreGraph
from keras_explain.methods.occlusion.window import Span
from keras_explain.tracing.layer_tree import walk

METHODS = ("auto", "plain", "incremental")
# What an estimate has to promise: it may be wrong, and a second trace takes its time.
_WORTH = 0.85


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


def choose(method, compiled, patches, arrays):
    """Returns the `Choice`, and the `EveryPatch` or `ChangedParts` to call.

    Args:
        method: One of `METHODS`.
        compiled: The `Compiled` function of the scores.
        patches: The `Patches` to hide.
        arrays: Images of the size, or their `tf.TensorSpec`, like `signature.specs`.

    Raises:
        MethodError: If `method` is `"incremental"` and there is no such way; it says why.
    """
    every_patch, signature = EveryPatch(compiled, patches), compiled.signature
    if method == "plain":
        return Choice("plain", reason="as asked for."), every_patch
    try:
        if signature.channels_first or len(patches.sides) != 2:
            found = "channels first" if signature.channels_first else f"{len(patches.sides)} spatial dimensions"
            raise MethodError(f'expected images (N, H, W, C) for method="incremental", received {found}; use "auto".')
        graph = ScoreGraph.of(compiled.concrete(arrays), signature.index)
        spans = tuple(Span.of(*axis) for axis in zip(patches.starts, patches.sides, patches.size))
        plan = make_plan(graph, spans)
        if method == "auto" and plan.share > _WORTH:
            reason = f"the incremental way is expected to take {plan.share:.2f} of its time."
            return Choice("plain", plan.share, reason=reason), every_patch
        changed_parts = ChangedParts(graph, plan, patches, spans)
    except MethodError as error:
        if method == "incremental":
            raise
        return Choice("plain", reason=str(error)), every_patch
    dense = _layer_name(compiled.request.model, plan.dense)
    return Choice("incremental", plan.share, dense), changed_parts


def _layer_name(model, operation):
    """Returns the name of the layer that an operation was traced in, or its own."""
    names = {layer.name for _, layer in walk(model)}
    for scope in reversed(operation.name.split("/")):
        stem, _, number = scope.rpartition("_")  # as TensorFlow numbers scopes of one name
        for name in (stem if number.isdigit() else scope, scope):
            if name in names:
                return name
    return operation.name
