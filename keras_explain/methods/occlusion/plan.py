"""What to run again when a patch is hidden: which operations by parts, and from where on whole."""

import dataclasses

import numpy as np

from keras_explain.methods.occlusion.cost import cost, crop_cost
from keras_explain.methods.occlusion.refusals import refusal
from keras_explain.methods.occlusion.rerun import partial_rerun, whole_rerun
from keras_explain.tracing.graph import repeated, upstream


@dataclasses.dataclass(frozen=True, eq=False)
class Plan:
    """The reruns from the image to the score.

    Attributes:
        reruns: A list of `Rerun`, in order.
        share: Their expected cost, as a share of what computing all of it whole costs.
    """

    reruns: list
    share: float

    @property
    def dense(self):
        """The first operation from the image on that is computed whole."""
        return next(rerun.operation for rerun in self.reruns if rerun.spans is None)


def make_plan(graph, spans, partial=None):
    """Returns the `Plan` that is expected to cost least.

    Behind some place all is computed whole. It is the one where the cost of the reruns before it, by parts, of the
    whole ones behind it, and of making whole maps in between is least.

    Args:
        graph: The `ScoreGraph` of the model, channels last, all of which can be run again.
        spans: Where the image changes, a `Span` an axis.
        partial: Number of operations to compute by parts where there is a way, instead of what costs least.

    Raises:
        MethodError: If the model can't be run by parts; it says why.
    """
    operations = _changing(graph)
    reruns = _reruns(graph, operations, spans, len(operations))
    if all(rerun is None or rerun.spans is None for rerun in reruns):
        name = f"'{operations[0].name}' ({operations[0].type})" if operations else "its score"
        raise refusal(f"computes {name} from the whole image at once")
    whole = np.array([cost(operation) for operation in operations])
    parts = np.array([rerun.cost if rerun else 0 for rerun in reruns])
    totals = np.cumsum(parts) + whole.sum() - np.cumsum(whole) + _joining(graph.image, spans, reruns)
    reruns = _reruns(graph, operations, spans, partial or 1 + int(np.argmin(totals)))
    reruns = [rerun for rerun in reruns if rerun]
    return Plan(reruns, sum(rerun.cost for rerun in reruns) / whole.sum())


def _changing(graph):
    """Returns the operations to run again, in order."""
    changing = (upstream(graph.scores) & graph.changing) - {graph.image.op, graph.targets.op}
    ordered = [operation for operation in graph.body.get_operations() if operation in changing]
    return [operation for operation in ordered if repeated(operation.outputs[0]) is operation.outputs[0]]


def _reruns(graph, operations, spans, partial):
    """Returns a rerun an operation: by parts among the first `partial`, where there is a way; None if unread."""
    parts, reruns = {graph.image.name: spans, graph.targets.name: None}, []
    for place, operation in enumerate(operations):
        rerun = partial_rerun(operation, parts) if place < partial else None
        reruns.append(rerun or whole_rerun(operation, parts))
        parts.update((output.name, reruns[-1].spans) for output in operation.outputs)
    read = {graph.scores.name}
    for place, rerun in reversed(list(enumerate(reruns))):
        if read.isdisjoint(output.name for output in rerun.operation.outputs):
            reruns[place] = None
        else:
            read.update(one.tensor.name for one in rerun.reads)
    return reruns


def _joining(image, spans, reruns):
    """Returns what it costs, behind each rerun, to make whole maps of the parts that are still needed there."""
    costs = np.zeros(len(reruns))
    last = {read.tensor.name: place for place, rerun in enumerate(reruns) if rerun for read in rerun.reads}
    born = [(0, image, spans)]
    born += [
        (place, rerun.operation.outputs[0], rerun.spans) for place, rerun in enumerate(reruns) if rerun and rerun.spans
    ]
    for place, tensor, part in born:
        cuts, whole = ([span.cut for span in spans] for spans in (part, [span.whole for span in part]))
        costs[place : last.get(tensor.name, 0)] += crop_cost(tensor, cuts, whole)
    return costs
