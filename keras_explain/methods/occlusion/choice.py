"""Which way to take."""

import dataclasses

from keras_explain.engine.layers import channels_first, walk
from keras_explain.errors import MethodError
from keras_explain.methods.occlusion.changed_parts import Incremental
from keras_explain.methods.occlusion.every_patch import Plain
from keras_explain.methods.occlusion.graph import Traced
from keras_explain.methods.occlusion.plan import make_plan
from keras_explain.methods.occlusion.window import Span

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


def choose(method, trace, patches, inputs):
    """Returns the `Choice`, and the `Plain` or `Incremental` to call.

    Args:
        method: One of `METHODS`.
        trace: The `Trace` of the scores.
        patches: The `Patches` to hide.
        inputs: Images of the size, or their `tf.TensorSpec`; one an input of the model.

    Raises:
        MethodError: If `method` is `"incremental"` and there is no such way; it says why.
    """
    model = trace.question.model
    first = channels_first(model)
    plain = Plain(trace, patches, first)
    if method == "plain":
        return Choice("plain", reason="as asked for."), plain
    try:
        if first or len(patches.sides) != 2:
            raise MethodError(
                f'expected images (N, H, W, C) for method="incremental", received '
                f'{"channels first" if first else f"{len(patches.sides)} spatial dimensions"}; use "auto".'
            )
        traced = Traced.of(trace.concrete(inputs), trace.signature.index)
        spans = tuple(Span.of(*axis) for axis in zip(patches.starts, patches.sides, patches.size))
        plan = make_plan(traced, spans)
    except MethodError as error:
        if method == "incremental":
            raise
        return Choice("plain", reason=str(error)), plain
    if method == "auto" and plan.share > _WORTH:
        reason = f"the incremental way is expected to take {plan.share:.2f} of its time."
        return Choice("plain", plan.share, reason=reason), plain
    dense = _layer_name(model, plan.dense)
    return Choice("incremental", plan.share, dense), Incremental(traced, plan, patches, spans)


def _layer_name(model, operation):
    """Returns the name of the layer that an operation was traced in, or its own."""
    names = {layer.name for _, layer in walk(model)}
    for scope in reversed(operation.name.split("/")):
        stem, _, number = scope.rpartition("_")  # as TensorFlow numbers scopes of one name
        for name in (stem if number.isdigit() else scope, scope):
            if name in names:
                return name
    return operation.name
