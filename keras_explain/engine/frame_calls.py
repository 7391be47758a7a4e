"""Layers that a model computes frame by frame: what they return of each frame, in the order of time."""

from typing import NamedTuple

import tensorflow as tf

from keras_explain.tracing.image_places import image_part
from keras_explain.tracing.places import behind_activation


class FrameCalls(NamedTuple):
    """What a layer returns of the frames of videos.

    Attributes:
        outputs: `(N, *spatial, K)` of each of the T frames, of a dense layer `(N, K)`; or one tensor of all of them,
            `(N T, *spatial, K)` or `(N, T, *spatial, K)`.
        count: The number T of frames.
        rank: The rank of the videos.
        part: The part of the videos that its places are spread over, as `image_part` gives it, None without places.
    """

    outputs: list
    count: int
    rank: int
    part: tuple | None

    def joined(self, tensors):
        """Returns what belongs to each of `outputs` as float32 `(N T, *spatial, K)`, frames being their own images."""
        each = len(tensors) > 1
        together = tf.stack(tensors, axis=1) if each else tensors[0]
        if each or together.shape.rank == self.rank:
            together = tf.reshape(together, [-1, *_sizes(together)[2:]])
        return tf.cast(together, tf.float32)

    def activated(self, score):
        """Returns the same of what is computed from `outputs` place by place, and that the score sees them by."""
        return self._replace(outputs=[behind_activation(output, score) for output in self.outputs])

    def together(self):
        """Returns `outputs` as one float32 `(N, T, *spatial, K)`."""
        return self.as_videos(self.joined(self.outputs))

    def as_videos(self, maps):
        """Returns maps of frames `(N T, *spatial, C)` as `(N, T, *spatial, C)`."""
        return tf.reshape(maps, [-1, self.count, *_sizes(maps)[1:]])


def frame_calls(recorded, call, output, index=-1):
    """Returns the `FrameCalls` of a layer; None if it isn't computed of each frame by itself.

    Args:
        recorded: A `Recorded` pass.
        call: A call of the layer.
        output: What it returned, activated or not.
        index: Which of its calls on a frame, for one that is called more than once.
    """
    frames, rank = recorded.frames, recorded.images.shape.rank
    if frames is None:
        return None
    if output.shape.rank == rank:
        part = image_part(output, recorded.images)
        return FrameCalls([output], frames.count, rank, part) if frames.keeps_apart(output) else None
    if frames.of(call.output) is None:
        return None
    found = {}
    for each in recorded.calls:
        if each.operation is call.operation and each.output is not None and each.output.shape.rank == output.shape.rank:
            frame = frames.of(each.output)
            if frame is not None:
                found.setdefault(frame.number, []).append(each.output)
    if not found or set(found) not in ({None}, set(range(frames.count))):
        return None
    if not all(-len(calls) <= index < len(calls) for calls in found.values()):
        return None
    chosen = [found[number][index] for number in ([None] if None in found else range(frames.count))]
    part = frames.part(chosen[0]) if output.shape.rank == rank - 1 else None
    return FrameCalls(chosen, frames.count, rank, part and ((0.0, 1.0), *part))


def _sizes(tensor):
    """Returns the length of each axis, an int where it is known."""
    return [tf.shape(tensor)[axis] if size is None else size for axis, size in enumerate(tensor.shape)]
