"""The operations of a traced graph that carry values from some tensors to others."""

from keras_explain.tracing.graph import upstream
from keras_explain.tracing.operation_kinds import GRADIENTLESS, VALUELESS, WEIGHING


class Between:
    """What lies between tensors of one traced graph.

    Attributes:
        shortcuts: As given.
        order: `{operation: number}` of the operations that carry values, in the order in which they were made.
        weighed: Those behind the first weights or the first shortcut; what comes before prepares the images.
    """

    def __init__(self, starts, ends, shortcuts):
        """Walks the graph.

        Args:
            starts: Tensors whose values are followed.
            ends: Tensors where they arrive.
            shortcuts: `{operation: tensor}`: operations that are computed from that tensor, whatever lies between.
        """
        self.shortcuts, self._ends = shortcuts, {end.op for end in ends}
        above = set().union(*(upstream(end, shortcuts, VALUELESS) for end in ends))
        first = {start.op for start in starts}
        self.order, self._makers, touched = {}, {}, set()
        for number, operation in enumerate(ends[0].graph.get_operations() if ends else ()):
            if operation not in above:
                continue
            inputs = [shortcuts[operation]] if operation in shortcuts else _inputs(operation)
            makers = {tensor.op for tensor in inputs}
            if operation.type in WEIGHING or operation.type == "ReadVariableOp" or operation in shortcuts:
                touched.add(operation)
            elif not touched.isdisjoint(makers):
                touched.add(operation)
            if operation in first or (operation.type not in VALUELESS and not self.order.keys().isdisjoint(makers)):
                self.order[operation], self._makers[operation] = number, makers
        self.weighed = touched & self.order.keys()

    def carried(self, operation):
        """Returns the inputs of an operation that come from the starts, by their names."""
        return {tensor.name: tensor for tensor in _inputs(operation) if tensor.op in self.order}

    def gradual(self):
        """Returns the operations that the starts reach by a gradient, unlike what is compared, rounded or counted."""
        found = set()
        for operation in self.order:
            makers = self._makers[operation] & self.order.keys()
            if _passes(operation) and (not makers or not found.isdisjoint(makers)):
                found.add(operation)
        return found

    def passing(self):
        """Returns the operations that pass a gradient back from the ends to the starts."""
        down, up = self.gradual(), set(self._ends)
        for operation in reversed(self.order):
            if operation in up and operation in down:
                up |= self._makers[operation]
        return down & up

    def consumers(self, operation):
        """Returns the operations that take what an operation makes further."""
        takers = {taker for output in operation.outputs for taker in output.consumers()}
        return {taker for taker in takers if operation in self._makers.get(taker, ())}


def _passes(operation):
    gradual = [output.dtype for output in operation.outputs if not (output.dtype.is_integer or output.dtype.is_bool)]
    return bool(gradual) and operation.type not in GRADIENTLESS


def _inputs(operation):
    if operation.type != "IdentityN":
        return operation.inputs
    # tf.custom_gradient repeats what it got beside what it returns.
    used = [given for given, output in zip(operation.inputs, operation.outputs) if output.consumers()]
    return used or operation.inputs
