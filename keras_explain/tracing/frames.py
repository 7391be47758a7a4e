"""Which frame of a video a tensor is computed from, where a model takes frames one by one."""

import math
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from keras_explain.tracing.image_places import MASKS, WINDOWED, image_part, within
from keras_explain.tracing.operation_kinds import SAME, VALUELESS
from keras_explain.tracing.places import POINTWISE

_BY_ROW = frozenset("MatMul BatchMatMulV2 LogSoftmax".split())
_ALONG = {"Mean": 1, "Sum": 1, "Max": 1, "Min": 1, "Prod": 1, "ConcatV2": -1}  # Which input names the axes.


class Videos(NamedTuple):
    """A tensor of all frames, each of which is still by itself.

    Attributes:
        order: Which axis of `(N, T, *spatial, K)` each of its axes is.
        frames: The tensors of one frame each that it was put together from, or that of all in one batch; () for the
            model's input.
    """

    order: tuple
    frames: tuple


class Frame(NamedTuple):
    """What is computed from one frame, or from all of them as images of one batch `(N T, *spatial, K)`.

    Attributes:
        number: The number of the frame, None for all.
        taken: The tensor that was taken out of videos.
        before: The tensor of that frame from which these were put together, None for the model's input.
    """

    number: int | None
    taken: tf.Tensor
    before: tf.Tensor | None


class Frames:
    """The frames of videos as a traced model takes them out, by `TimeDistributed`, a loop over time, or as one batch.

    Attributes:
        count: The number T of frames.
        any: Whether the model takes any out.
    """

    def __init__(self, images):
        """Follows the videos forward through the graph.

        Args:
            images: The model's input, `(N, T, *spatial, C)` of known T.
        """
        self.count, self._rank = images.shape[1], images.shape.rank
        self._known = {id(images): Videos(tuple(range(self._rank)), ())}  # None: of several frames
        for operation in images.graph.get_operations():
            read = [each for each in operation.inputs if id(each) in self._known]
            if read and operation.type not in VALUELESS and operation is not images.op:
                states = self._after(operation, read)
                self._known.update((id(output), states(place)) for place, output in enumerate(operation.outputs))
        self.any = any(isinstance(state, Frame) for state in self._known.values())

    def of(self, tensor):
        """Returns the `Frame` that a tensor is computed from; None if it isn't computed from one alone."""
        state = self._known.get(id(tensor))
        return state if isinstance(state, Frame) else None

    def keeps_apart(self, tensor):
        """Tells whether a tensor is `(N, T, *spatial, K)`, and each frame of it is computed from that frame alone."""
        state = self._known.get(id(tensor))
        return isinstance(state, Videos) and state.order == tuple(range(self._rank)) and bool(state.frames)

    def part(self, tensor):
        """Returns the part of its frame that the places of a tensor `(N, *spatial, K)` are of, see `image_part`."""
        frame = self.of(tensor)
        part = image_part(tensor, frame.taken)
        if part is None or frame.before is None:
            return part
        before = self.part(frame.before)
        return before and tuple(within(own, *share) for share, own in zip(before, part))

    def _after(self, operation, read):
        """Returns the function from the number of an output to its state, by an operation and what it reads of them."""
        found = [self._known[id(each)] for each in read]
        if all(isinstance(state, Frame) and state.number == found[0].number for state in found):
            return lambda place: (
                found[0] if found[0].number is not None else self._in_one_batch(operation, read, found[0])
            )
        if all(isinstance(state, Frame) for state in found):
            return lambda place: self._put_together(operation)
        if all(isinstance(state, Videos) and state.order == found[0].order for state in found):
            return self._taken_out(operation, read[0], found[0])
        return lambda place: None

    def _in_one_batch(self, operation, read, frame):
        """Returns the state of what is computed from all frames in one batch, as far as they surely stay apart."""
        output = operation.outputs[0]
        if operation.type == "Reshape":
            rows = [None if None in each.shape[1:] else math.prod(each.shape[1:]) for each in (read[0], output)]
            if rows[0] is not None and rows[0] == rows[1]:
                return frame
            split = output.shape.rank == self._rank and output.shape[1:] == (self.count, *read[0].shape[1:])
            return Videos(tuple(range(self._rank)), (read[0],)) if split else None
        if operation.type in _ALONG:
            along = tf.get_static_value(operation.inputs[_ALONG[operation.type]])
            return frame if along is not None and 0 not in np.ravel(along) % read[0].shape.rank else None
        if operation.type == "Transpose":
            moved = tf.get_static_value(operation.inputs[1])
            return frame if moved is not None and moved[0] == 0 else None
        return frame if operation.type in SAME | POINTWISE | WINDOWED | _BY_ROW else None

    def _put_together(self, operation):
        numbers = [frame and frame.number for frame in map(self.of, operation.inputs)]
        if operation.type != "Pack" or numbers != [*range(self.count)]:
            return None
        order = [axis for axis in range(self._rank) if axis != 1]
        order.insert(operation.get_attr("axis") % self._rank, 1)
        return Videos(tuple(order), tuple(operation.inputs))

    def _taken_out(self, operation, videos, state):
        if operation.type in SAME | POINTWISE and operation.outputs[0].shape.rank == self._rank:
            return lambda place: state
        if operation.type == "Transpose":
            moved = tf.get_static_value(operation.inputs[1])
            turned = None if moved is None else state._replace(order=tuple(state.order[axis] for axis in moved))
            return lambda place: turned
        numbers = _frames(operation, videos, state.order) if operation.inputs[0] is videos else {}

        def taken(place):
            if place not in numbers:
                return None
            number = numbers[place]
            before = state.frames[number or 0] if len(state.frames) > 1 else next(iter(state.frames), None)
            return Frame(number, operation.outputs[place], before)

        return taken


def _frames(operation, videos, order):
    """Returns `{number of an output: number of its frame}` of what takes frames out whole, {} of what doesn't."""
    time, others = order.index(1), [axis for axis in order if axis != 1]
    if others != sorted(others):
        return {}
    if operation.type == "Unpack" and operation.get_attr("axis") % len(order) == time:
        return {place: place for place in range(len(operation.outputs))}
    if operation.type == "Reshape" and time == 1 and _makes_one_batch(operation):
        return {0: None}
    number = None
    if operation.type == "StridedSlice":
        number = _index(operation, time)
    elif operation.type == "GatherV2":
        chosen, axis = (tf.get_static_value(read) for read in operation.inputs[1:])
        number = chosen if axis is not None and axis % len(order) == time and np.ndim(chosen) == 0 else None
    return {} if number is None else {0: int(number) % videos.shape[time]}


def _index(operation, time):
    """Returns the number of the one frame that a slice takes, whole; None if it takes others, or parts."""
    begins, ends, ellipsis, new, shrink = (operation.get_attr(name) for name in MASKS)
    begin, _, steps = (tf.get_static_value(read) for read in operation.inputs[1:])
    if begin is None or ellipsis or new or shrink != 1 << time:
        return None
    others = [axis for axis in range(len(begin)) if axis != time]
    whole = all(begins >> axis & 1 and ends >> axis & 1 and steps[axis] == 1 for axis in others)
    return begin[time] if whole else None


def _makes_one_batch(operation):
    """Tells whether a reshape makes images `(N T, *spatial, C)` of videos."""
    before, after = operation.inputs[0].shape, operation.outputs[0].shape
    return after.rank == before.rank - 1 and None not in before[2:] and after[1:] == before[2:]
