"""Find of which one tensor another is computed number by number, and where such a computation ends."""

import tensorflow as tf

from keras_explain.tracing.operation_kinds import ELEMENTWISE, KINKED, LINEAR, REDUCED_KINKS, SAME, STACKS, STEPS

_DIVISIONS = {"RealDiv", "Div"}
_SCALING = {"Mul"} | _DIVISIONS


def nearest_root(between, operation):
    """Returns the one tensor, and the operations up to it, that an operation computes its output from; or None.

    Args:
        between: The `Between` of what depends on the images.
        operation: One that works number by number.
    """
    if not is_elementwise(between, operation):
        return None
    waiting, passed, stacked = between.carried(operation), {operation}, is_stacked(operation)
    while len(waiting) > 1 or (stacked and any(_stacks(tensor.op) for tensor in waiting.values())):
        # What was made last is computed from the others, or nothing is.
        latest = waiting.pop(max(waiting, key=lambda name: between.order[waiting[name].op])).op
        if not (is_elementwise(between, latest) or (stacked and _stacks(latest))):
            return None
        passed.add(latest)
        waiting.update(between.carried(latest))
    return next(((root, passed) for root in waiting.values()), None)


def farthest_root(between, operation, kinks):
    """Returns the same, going on beyond operations with a kink, and what is linear with constants that are known.

    Args:
        between: The `Between` of what depends on the images.
        operation: One that works number by number.
        kinks: Operations that lie behind the root in any case.
    """
    found = nearest_root(between, operation)
    while found:
        above = nearest_root(between, found[0].op)
        if kinks <= found[1] and not (above and all(_is_straight(between, passed) for passed in above[1])):
            break
        if above is None:
            return None
        found = above[0], found[1] | above[1]
    return found


def endings(between, operation):
    """Returns where the function that an operation with a kink is part of ends.

    It goes on where its value is compared, clipped or put together with others of the same tensor: `x - min(x, 0)`.
    """
    ends, seen, waiting = [], set(), [operation]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        takers = between.consumers(current)
        further = [taker for taker in takers if _goes_on(between, current, taker)]
        waiting.extend(further)
        if len(further) < len(takers) or not takers:
            ends.append(current)
    return ends


def is_elementwise(between, operation):
    """Tells whether an operation works number by number, the maximum over a stack of tensors included."""
    return operation not in between.shortcuts and (operation.type in ELEMENTWISE or is_stacked(operation))


def is_stacked(operation):
    """Tells a maximum or minimum that is taken over a stack of tensors."""
    if operation.type not in REDUCED_KINKS:
        return False
    stack = operation.inputs[0].op
    return stack.type == "Pack" or (stack.type == "ConcatV2" and any(_stacks(part.op) for part in stack.inputs[:-1]))


def _stacks(operation):
    """Tells what stacks tensors, or gives one an axis to be stacked along."""
    return operation.type in STACKS or (operation.type == "StridedSlice" and operation.get_attr("new_axis_mask") != 0)


def _goes_on(between, operation, taker):
    if not is_elementwise(between, taker):
        return _stacks(taker) and any(is_stacked(further) for further in between.consumers(taker))
    if operation.type in STEPS or _stacks(operation):
        return True
    if nearest_root(between, taker) is None:
        return False
    joins = len(between.carried(taker)) > 1
    return joins or taker.type in KINKED | SAME or _is_straight(between, taker) or _joins_later(between, taker)


def _joins_later(between, operation):
    """Tells whether a value is put together with others of the same tensor further on, as in celu."""
    takers = [taker for taker in between.consumers(operation) if nearest_root(between, taker)]
    return any(len(between.carried(taker)) > 1 or _joins_later(between, taker) for taker in takers)


def _is_straight(between, operation):
    """Tells whether an operation is piecewise linear, with its kinks and scales known from constants."""
    if operation.type not in KINKED | LINEAR and not is_stacked(operation):
        return _stacks(operation)
    given = [tensor for tensor in operation.inputs if tensor.op not in between.order]
    if operation.type in _SCALING and (
        len(given) != 1 or (operation.type != "Mul" and given[0].op is operation.inputs[0].op)
    ):
        return False
    return all(tf.get_static_value(tensor) is not None for tensor in given)
