"""What to run again when a patch is hidden: which operations by parts, and from where on whole."""

import dataclasses

import numpy as np

from keras_explain.errors import MethodError
from keras_explain.methods.occlusion.cost import cost, crop_cost
from keras_explain.methods.occlusion.rerun import partial_step, whole_step
from keras_explain.tracing.graph import downstream, repeated, upstream
from keras_explain.tracing.replay import calls_out


@dataclasses.dataclass(frozen=True, eq=False)
class Plan:
    """The steps from the image to the score.

    Attributes:
        steps: A list of `Step`, in order.
        share: Their expected cost, as a share of what computing all of it whole costs.
    """

    steps: list
    share: float

    @property
    def dense(self):
        """The first operation from the image on that is computed whole."""
        return next(step.operation for step in self.steps if step.spans is None)


def make_plan(traced, spans, partial=None):
    """Returns the `Plan` that is expected to cost least.

    Behind some place all is computed whole. It is the one where the cost of the steps before it, by parts, of the whole
    ones behind it, and of making whole maps in between is least.

    Args:
        traced: The `Traced` model.
        spans: Where the image changes, a `Span` an axis.
        partial: Number of operations to compute by parts where there is a way, instead of what costs least.

    Raises:
        MethodError: If the model can't be run by parts; it says why.
    """
    operations = _changing(traced)
    steps = _steps(traced, operations, spans, len(operations))
    if all(step is None or step.spans is None for step in steps):
        name = f"'{operations[0].name}' ({operations[0].type})" if operations else "its score"
        raise _refusal(f"computes {name} from the whole image at once")
    whole = np.array([cost(operation) for operation in operations])
    parts = np.array([step.cost if step else 0 for step in steps])
    totals = np.cumsum(parts) + whole.sum() - np.cumsum(whole) + _joining(traced.image, spans, steps)
    steps = _steps(traced, operations, spans, partial or 1 + int(np.argmin(totals)))
    steps = [step for step in steps if step]
    return Plan(steps, sum(step.cost for step in steps) / whole.sum())


def _changing(traced):
    """Returns the operations to run again, in order; refuses those that can't be."""
    given = {traced.image.op, traced.targets.op}
    needed = upstream(traced.answer["scores"]) - given
    changing = needed & (downstream(traced.image) | downstream(traced.targets))
    others = set().union(*(downstream(tensor) for tensor in traced.inputs if tensor is not traced.image)) - changing
    for operation in needed | changing | downstream(traced.image):
        if calls_out(operation):
            raise _refusal(f"runs '{operation.name}' ({operation.type}), which can't be run again by itself")
        for tensor in operation.inputs:
            if tensor.op in others and (tensor.shape.rank == 0 or tensor.shape[:1] != [None]) and operation in changing:
                raise _refusal(f"computes '{tensor.op.name}' of another input, which holds for no single image")
    ordered = [operation for operation in traced.graph.get_operations() if operation in changing]
    return [operation for operation in ordered if repeated(operation.outputs[0]) is operation.outputs[0]]


def _steps(traced, operations, spans, partial):
    """Returns a step an operation: by parts among the first `partial` of them, where there is a way; None if unread."""
    parts, steps = {traced.image.name: spans, traced.targets.name: None}, []
    for place, operation in enumerate(operations):
        step = partial_step(operation, parts) if place < partial else None
        steps.append(step or whole_step(operation, parts))
        parts.update((output.name, steps[-1].spans) for output in operation.outputs)
    read = {traced.answer["scores"].name}
    for place, step in reversed(list(enumerate(steps))):
        if read.isdisjoint(output.name for output in step.operation.outputs):
            steps[place] = None
        else:
            read.update(one.tensor.name for one in step.reads)
    return steps


def _joining(image, spans, steps):
    """Returns what it costs, behind each step, to make whole maps of the parts that are still needed there."""
    costs = np.zeros(len(steps))
    last = {read.tensor.name: place for place, step in enumerate(steps) if step for read in step.reads}
    born = [(0, image, spans)]
    born += [(place, step.operation.outputs[0], step.spans) for place, step in enumerate(steps) if step and step.spans]
    for place, tensor, part in born:
        cuts, whole = ([span.cut for span in spans] for spans in (part, [span.whole for span in part]))
        costs[place : last.get(tensor.name, 0)] += crop_cost(tensor, cuts, whole)
    return costs


def _refusal(reason):
    return MethodError(f'expected a model that runs by parts, received one that {reason}; use method="plain".')
