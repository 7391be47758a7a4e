"""One operation to run again for each patch: what part of its inputs it reads, and what part of its output that gives.

A patch changes a map `A` to `A'` within a window `w` alone, and so `B = f(A)` within `f(w)` alone, all places that `w`
reaches. There `B'[f(w)] = f(A'[r])`, where `r` is what `f` reads for them: `A'` within `w`, `A` around it, and padding
where `r` hangs over the border. Nothing is approximated, and nothing is asked of `f` but its reach: it may be linear or
not, and maps that all change meet in the union of their windows.
"""

import dataclasses

import tensorflow as tf

from keras_explain.methods.occlusion.axes import changed_axes, with_axes_changed
from keras_explain.methods.occlusion.cost import cost, crop_cost
from keras_explain.methods.occlusion.rules import RULES, Rule
from keras_explain.methods.occlusion.sliding import is_map
from keras_explain.methods.occlusion.window import Span
from keras_explain.tracing.graph import repeated


@dataclasses.dataclass(frozen=True, eq=False)
class Read:
    """One input of a `Rerun`.

    Attributes:
        tensor: The tensor of the traced graph.
        changed: Whether it changes as a patch is hidden.
        own: The part that does, a `Cut` an axis; None if it is computed whole.
        wanted: The part to cut out of it, a `Cut` an axis; None to take it as it is.
    """

    tensor: tf.Tensor
    changed: bool
    own: tuple | None = None
    wanted: tuple | None = None

    @property
    def fixed(self):
        """Whether it takes the values that the whole image gives."""
        return not self.changed or self.wanted is not None

    @property
    def cost(self):
        return crop_cost(self.tensor, self.own, self.wanted) if self.wanted else 0


@dataclasses.dataclass(frozen=True, eq=False)
class Rerun:
    """One operation to run again.

    Attributes:
        operation: The operation of the traced graph.
        reads: A `Read` an input.
        rule: How a part of its output is computed; None to compute it whole.
        cuts: The part of its maps that it reads, a `Cut` an axis.
        spans: Where its output changes, a `Span` an axis; None to compute it whole.
    """

    operation: tf.Operation
    reads: list
    rule: Rule | None = None
    cuts: tuple | None = None
    spans: tuple | None = None

    @property
    def cost(self):
        sizes = self.spans and [span.cut.size for span in self.spans]
        return cost(self.operation, sizes) + sum(read.cost for read in self.reads)


def partial_rerun(operation, parts):
    """Returns the `Rerun` that computes a part of an operation's output; None if it has to be computed whole.

    Args:
        operation: The operation.
        parts: `{name: spans}` of the tensors that change, a `Span` an axis; None for those computed whole.
    """
    if operation.type in ("ExpandDims", "Squeeze"):
        return _axis_rerun(operation, parts)
    rule, (output, *others) = RULES.get(operation.type), operation.outputs
    if rule is None or not is_map(output.shape) or any(other.consumers() for other in others):
        return None
    reaches = rule.reach(operation)
    if reaches is None:
        return None
    inputs = [repeated(tensor) for tensor in rule.inputs(operation)]
    changed = [tensor for tensor in inputs if tensor.name in parts]
    maps = inputs if rule.joins else inputs[:1]
    if not changed or any(parts[x.name] is None or all(x is not one for one in maps) for x in changed):
        return None
    before, after = changed[0].shape[1:-1], output.shape[1:-1]
    if rule.joins and any(tensor.shape[1:-1] != after for tensor in changed):
        return None
    through = [[span.through(*way) for span, *way in zip(parts[x.name], reaches, after)] for x in changed]
    spans = tuple(Span.union(axis) for axis in zip(*through))
    if all(span.cut.size == span.length for span in spans):
        return None
    cuts = tuple(span.read(reach, length) for span, reach, length in zip(spans, reaches, before))
    reads = []
    for tensor in inputs:
        own = tuple(span.cut for span in parts[tensor.name]) if tensor.name in parts else None
        sized = own or (rule.joins and tuple(tensor.shape)[-1 - len(before) : -1] == tuple(before))
        reads.append(Read(tensor, bool(own), own, cuts if sized and own != cuts else None))
    return Rerun(operation, reads, rule, cuts, spans)


def _axis_rerun(operation, parts):
    """Returns the `Rerun` of adding an axis of one place or taking it away, as in series; None to do it whole."""
    tensor = repeated(operation.inputs[0])
    spans, added = parts.get(tensor.name), operation.type == "ExpandDims"
    narrow, wide = (tensor, operation.outputs[0])[:: 1 if added else -1]
    axes = changed_axes(operation)
    if spans is None or not (is_map(narrow.shape) and is_map(wide.shape)) or axes is None or len(axes) != 1:
        return None
    (axis,) = axes
    if not 0 < axis < wide.shape.rank - 1:
        return None
    changed = list(spans)
    if added:
        changed.insert(axis - 1, spans[0].all_of(1))
    else:
        del changed[axis - 1]
    own = tuple(span.cut for span in spans)

    def compute(operation, inputs, cuts, patches):
        return with_axes_changed(operation, inputs[0], axes)

    return Rerun(operation, [Read(tensor, True, own)], Rule(None, compute), own, tuple(changed))


def whole_rerun(operation, parts):
    """Returns the `Rerun` that computes all of an operation's output; arguments as for `partial_rerun`."""
    reads = []
    for tensor in map(repeated, operation.inputs):
        spans = parts.get(tensor.name)
        if spans is None:
            reads.append(Read(tensor, tensor.name in parts))
        else:
            reads.append(Read(tensor, True, tuple(span.cut for span in spans), tuple(span.whole.cut for span in spans)))
    return Rerun(operation, reads)
