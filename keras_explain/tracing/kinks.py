"""Judge the operations with a kink that lie between the images and a score: ReLUs written otherwise, or others."""

import numpy as np
import tensorflow as tf

from keras_explain.tracing.elementwise import endings, farthest_root, is_elementwise, is_stacked
from keras_explain.tracing.operation_kinds import GRADIENTLESS, KINKED, QUANTIZED, RELUS, ROOTS, SAME, SELECTS, STEPS
from keras_explain.tracing.probe import sampled
from keras_explain.tracing.rectifier import POINTS, kind

_REDUCTIONS = {"Sum", "Mean", "Max", "Min", "Prod", "EuclideanNorm"}
_SIZES = {"Square", "SquaredDifference", "Abs", "ComplexAbs"}
_SHARES = {"Softmax", "Sigmoid"}
_KEEPING = {"IdentityN", "MaxPool", "AvgPool", "Mean", "Reshape", "Squeeze"}
_PRODUCTS = {"Mul", "Einsum", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"}
_LARGEST = set("Max Min TopKV2 MaxPool MaxPool3D UnsortedSegmentMax UnsortedSegmentMin SegmentMax SegmentMin".split())
_ARRANGED = {"Reshape", "Transpose", "Squeeze", "ExpandDims", "Identity", "Neg"}
_SHARE = np.linspace(0.01, 0.99, 64)
_DIVIDING = {"Rsqrt", "Reciprocal", "Inv", "Log"}


def judge_kinks(between, ruled, inner=False):
    """Returns the names of ReLUs that are written otherwise, and of other activations.

    Args:
        between: The `Between` of images and scores.
        ruled: The operations of the ReLUs that a rule reaches.
        inner: Whether it is a function that the model calls, whose arguments are not known.
    """
    escaped, others, ends = [], [], {}
    for operation in between.order:
        if operation in ruled:
            continue
        if operation.type in RELUS:
            escaped.append(operation.name)
        elif _has_kink(operation):
            if inner or operation in between.weighed:  # else it prepares the images
                for end in endings(between, operation):
                    ends.setdefault(end, {})[operation] = None
    for end, kinks in ends.items():
        verdict = _verdict(between, end, kinks.keys(), ruled, inner)
        name = end.name if end in kinks else next(reversed(kinks)).name
        (escaped if verdict == "rectifier" else others if verdict == "other" else []).append(name)
    return escaped, others + _gates(between, ends) + _largest(between)


def _gates(between, judged):
    """Returns the names of what switches features on and off by a number without a gradient, as an index or a sign."""
    gradual, found = between.gradual(), []
    for operation in between.weighed - judged.keys():
        if operation.type in _PRODUCTS:
            factors = {tensor.op for tensor in between.carried(operation).values()}
            gates = (factors & between.weighed) - gradual
            found += [gate.name for gate in gates if not factors.isdisjoint(gradual)]
    return found


def _largest(between):
    """Returns the names of what takes the largest of features and of something that doesn't depend on the images."""
    found = []
    for operation in between.weighed:
        if operation.type in _LARGEST and not is_stacked(operation):
            stack = operation.inputs[0].op
            while stack.type in _ARRANGED:
                stack = stack.inputs[0].op
            parts = {"Pack": list(stack.inputs), "ConcatV2": list(stack.inputs)[:-1]}.get(stack.type, [])
            if not all(part.op in between.order for part in parts):
                found.append(operation.name)
    return found


def _has_kink(operation):
    if operation.type == "Pow":
        exponent = tf.get_static_value(operation.inputs[1])
        return exponent is None or np.any(exponent != np.round(exponent))
    return operation.type in KINKED | ROOTS or is_stacked(operation)


def _verdict(between, end, kinks, ruled, inner):
    """Returns the `rectifier.kind` of the function that ends here; linear if it is no activation at all."""
    output = end.outputs[0]
    if end.type in STEPS | GRADIENTLESS or not is_elementwise(between, end) or not output.dtype.is_floating:
        return "linear"  # no gradient passes
    # In a function nothing is known of its arguments, but the mask of a recurrent layer selects by another of them.
    masked = all(kink.type in SELECTS | STEPS for kink in kinks)
    several = "rectifier" if inner and not masked else "other"
    found = farthest_root(between, end, kinks)
    if found is None:
        return several
    root, passed = found
    if _is_statistic(between, root):
        return "linear"
    rough = any(step.type in QUANTIZED for step in passed) or any(
        made.dtype.is_floating and made.dtype.size < 4 for step in passed for made in (*step.outputs, *step.inputs)
    )
    maker = _maker(root, ruled)
    points = _SHARE if maker.type in _SHARES else POINTS[:: 2 if rough else 1]
    try:
        values = sampled(output, root, passed, points)
    except (ValueError, TypeError, tf.errors.OpError):
        return "rectifier"  # for all that is known
    if values is None:
        return several
    if np.nanmin(values) > 0 and (maker in ruled or _guards_division(between, end)):
        # What is positive anyway is kept away from 0.
        points, values = points[points > 0], values[points > 0]
    if all(kink.type in ROOTS for kink in kinks) and not np.isfinite(values[points < 0]).all():
        return "linear"  # a root of what is not negative, smooth
    return kind(points, values, 0.1 if rough else 1e-4)


def _maker(root, ruled):
    """Returns the operation by whose values the range of a tensor is known, seen through poolings and the like."""
    operation = root.op
    while operation not in ruled and operation.type in SAME | _KEEPING:
        operation = operation.inputs[0].op
    return operation


def is_softmax(between, operation):
    """Tells an exponential of differences from a maximum, or from the logarithm of a sum."""
    difference = operation.inputs[0].op if operation.type == "Exp" else operation
    return difference.type == "Sub" and bool(_reduced(between, difference.inputs[1].op))


def _is_statistic(between, root):
    """Tells a number such as a norm or a variance: computed of sums over places, of squares or absolute values."""
    return any(
        reduction.type == "EuclideanNorm" or _is_size(between, reduction.inputs[0].op)
        for reduction in _reduced(between, root.op)
    )


def _reduced(between, operation):
    """Returns the reductions that an operation is computed from, number by number; none if from other things too."""
    reductions, waiting, seen = [], [operation], set()
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        makers = [tensor.op for tensor in between.carried(current).values()]
        if current.type in _REDUCTIONS and not is_stacked(current):
            reductions.append(current)
        elif (is_elementwise(between, current) or current.type in ("Reshape", "Squeeze", "ExpandDims")) and makers:
            waiting.extend(makers)
        else:
            return []
    return reductions


def _is_size(between, operation):
    if operation.type in SAME:
        return any(_is_size(between, tensor.op) for tensor in between.carried(operation).values())
    squared = operation.type == "Mul" and operation.inputs[0] is operation.inputs[1]
    even = operation.type == "Pow" and np.all(tf.get_static_value(operation.inputs[1]) == 2)
    return operation.type in _SIZES or squared or even


def _guards_division(between, operation):
    """Tells whether a value is kept away from 0 only to divide by it, or to take its logarithm."""
    takers = between.consumers(operation)
    return bool(takers) and all(
        taker.type in _DIVIDING
        or (taker.type in ("RealDiv", "Div") and taker.inputs[0].op is not operation)
        or (taker.type in SAME | {"Sqrt"} and _guards_division(between, taker))
        for taker in takers
    )
