"""Run operations of a traced graph on places in the stead of numbers."""

import tensorflow as tf

from keras_explain.tracing.operation_kinds import ELEMENTWISE, SAME, VALUELESS
from keras_explain.tracing.places import POINTWISE
from keras_explain.tracing.probe import captured
from keras_explain.tracing.replay import calls_out, run_now

# What moves numbers or sums them up along axes: where they come from moves with them.
_MOVES = set(
    "Reshape Squeeze ExpandDims Transpose Pad PadV2 MirrorPad Pack Unpack ConcatV2 Split SplitV Slice StridedSlice "
    "Tile BroadcastTo GatherV2 ReverseV2 Roll SpaceToDepth DepthToSpace SpaceToBatchND BatchToSpaceND "
    "ExtractImagePatches Mean Sum AvgPool AvgPool3D".split()
)
_AS_MEANS = {"Max": "Mean", "Min": "Mean", "MaxPool": "AvgPool", "MaxPool3D": "AvgPool3D"}
_CONVOLUTIONS = set("Conv2D Conv3D DepthwiseConv2dNative".split())
PRODUCTS = _CONVOLUTIONS | set("MatMul BatchMatMul BatchMatMulV2 BatchMatMulV3 Einsum".split())
# Numbers stay where the first input has them.
_FIRST = set("BiasAdd FusedBatchNormV3 Softmax LogSoftmax".split())
_NUMBERS = {"T", "Tparams", "Ta", "Tb"}


class PlaceRun:
    """Places of the numbers of each tensor, as a list: 1 where a number has one, else 0; then a share an axis, or 0.

    Attributes:
        known: `{name: places}` of what is computed from the image; None where nothing of it has a place.
        attention: The softmaxes that were met over products of what is computed from the image.
    """

    def __init__(self, graph, known):
        """Takes the places of some tensors of a graph."""
        self.known, self.attention = known, []
        self._fixed, self._given = {}, captured(graph)

    def add(self, operation):
        """Finds the places of what an operation makes; returns those that there are, by name."""
        if not any(read.name in self.known for read in operation.inputs):
            return {}
        try:
            made = self._made(operation)
        except (ValueError, TypeError, tf.errors.OpError):  # it can't be run in this way
            made = []
        if operation.type in VALUELESS:
            return {}
        made = [*made, *[None] * len(operation.outputs)]
        self.known.update((output.name, one) for output, one in zip(operation.outputs, made))
        return {output.name: one for output, one in zip(operation.outputs, made) if isinstance(one, list)}

    def _made(self, operation):
        if operation.type in VALUELESS:  # now, as what it is the size of is soon forgotten
            return [self._fix(output) for output in operation.outputs]
        kind = _AS_MEANS.get(operation.type, operation.type)
        read = [self.known.get(given.name) for given in operation.inputs]
        if kind == "Softmax" and read[0] is None and operation.inputs[0].shape.rank > 2:
            self.attention.append(operation.outputs[0])
            return [_to_itself(operation.outputs[0].shape)]
        if kind in PRODUCTS:
            return self._product(operation)
        if kind in _MOVES:
            return self._moved(operation, kind)
        if kind == "IdentityN":
            return read
        if kind in SAME and tf.is_tensor(read[0]):
            return read
        return [self._joined(operation)] if kind in POINTWISE | ELEMENTWISE | _FIRST else []

    def _product(self, operation):
        """Returns the mean place of what is summed: all weights count alike, and what attends reads itself."""
        pair = operation.inputs[:2]
        values = [self.known.get(given.name) for given in pair]
        placed = [number for number, value in enumerate(values) if isinstance(value, list)]
        if len(placed) != 1:
            return []
        other, weights = pair[1 - placed[0]], values[1 - placed[0]]
        if weights is None and other.name in self.known:
            return []
        weights = _alike(operation, _sizes(other.shape)) if weights is None else weights
        sums = [[one, weights] if placed[0] == 0 else [weights, one] for one in values[placed[0]]]
        return [_averaged([run_now(operation, factors)[0] for factors in sums])]

    def _moved(self, operation, kind):
        """Returns the places of numbers where they are moved, or summed up, to."""
        data = _data(operation)
        placed = [self.known[name] for name in data if isinstance(self.known.get(name), list)]
        moved = []
        for number in range(len(placed[0]) if placed else 0):
            inputs = [
                self._numbers(given, number) if given.name in data else self._fix(given) for given in operation.inputs
            ]
            moved.append(run_now(operation, inputs, kind))
        return [_averaged(list(outputs)) for outputs in zip(*moved)]

    def _joined(self, operation):
        """Returns the mean place of those that are put together one by one."""
        inputs = operation.inputs[:1] if operation.type in _FIRST else operation.inputs
        values = [self.known.get(given.name) for given in inputs]
        lists = list({id(value): value for value in values if isinstance(value, list)}.values())
        if not lists:
            return None
        shape = lists[0][0].shape
        for given, value in zip(inputs, values):
            shape = tf.broadcast_static_shape(
                shape, value[0].shape if isinstance(value, list) else tf.TensorShape(_sizes(given.shape))
            )
        joined = lists[0] if len(lists) == 1 else _averaged([sum(parts) for parts in zip(*lists)])
        return joined if joined[0].shape == shape else [tf.broadcast_to(one, shape) for one in joined]

    def _numbers(self, tensor, number):
        value = self.known.get(tensor.name)
        if isinstance(value, list):
            return value[number]
        if None in tensor.shape[1:] and tensor.name not in self.known:  # as of a class token, repeated for each image
            return tf.zeros(tf.shape(self._fix(tensor)))
        return tf.zeros(_sizes(tensor.shape))

    def _fix(self, tensor):
        """Returns the value of what has no part of the image but its size."""
        if tensor.name not in self._fixed:
            static = tf.get_static_value(tensor)
            self._fixed[tensor.name] = self._computed(tensor) if static is None else tf.constant(static)
        return self._fixed[tensor.name]

    def _computed(self, tensor):
        operation = tensor.op
        if tensor.name in self._given:
            return self._given[tensor.name]
        if operation.type in VALUELESS:
            inputs = [
                self._numbers(given, 0) if given.name in self.known else self._fix(given) for given in operation.inputs
            ]
        elif tensor.name in self.known or calls_out(operation) or operation.type == "Placeholder":
            raise ValueError(f"'{tensor.name}' isn't known before the model runs")
        else:
            inputs = [self._fix(given) for given in operation.inputs]
        return run_now(operation, inputs)[tensor.value_index]


def _alike(operation, sizes):
    """Returns weights that all count alike; of a window that has a middle that alone, which no border cuts."""
    windows, channels = sizes[:-2], sizes[-2:]
    if operation.type in _CONVOLUTIONS and all(size % 2 for size in windows):
        around = [[size // 2] * 2 for size in windows]
        return tf.pad(tf.ones([1] * len(windows) + channels), [*around, [0, 0], [0, 0]])
    return tf.ones(sizes)


def _averaged(sums):
    present, *shares = sums
    return [tf.cast(present > 0, tf.float32), *(tf.math.divide_no_nan(share, present) for share in shares)]


def _to_itself(shape):
    """Returns the weights by which each token reads itself alone; None if it has others to read than itself."""
    if None in shape[-2:] or shape[-1] != shape[-2]:
        return None
    return tf.broadcast_to(tf.eye(shape[-1]), _sizes(shape))


def _sizes(shape):
    return [1 if size is None else size for size in shape]


def _data(operation):
    """Returns the names of the inputs of an operation that are numbers, rather than axes, sizes or indices."""
    found, position = set(), 0
    for argument in operation.op_def.input_arg:
        count = operation.get_attr(argument.number_attr) if argument.number_attr else 1
        if argument.type_attr in _NUMBERS:
            found |= {given.name for given in operation.inputs[position : position + count]}
        position += count
    return found
