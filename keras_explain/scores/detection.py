"""Scores of a detector's boxes before non-maximum suppression: of one by its index, or of the nearest to a box."""

import dataclasses

import tensorflow as tf

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.choices import BOX_FORMATS
from keras_explain.checks.options import check_choice, check_chosen, check_count
from keras_explain.engine.named_score import Score
from keras_explain.errors import InputError, ModelError, OptionError, brief
from keras_explain.scores.classes import check_classes
from keras_explain.tracing.class_scores import dense_logits
from keras_explain.tracing.pieces import entry_of


def box(index, class_index):
    """Why a detector sees a class in one of its boxes: the class's logit of that box, before non-maximum suppression.

    `S = y_b^c` of the box `b`. Where the boxes of several scales are joined into one output, the score is computed from
    the scale of the box alone, so that the layer by default is the last one on the way to that.

        kx.GradCAM(detector, output="classes", score=kx.scores.box(117, 2))(images)

    Units: those of a logit.

    Args:
        index: Of the box, in the order of the output.
        class_index: The class.

    Returns:
        A `Score` of an output of class scores `(N, boxes, classes)`.

    Raises:
        OptionError: If they are no indices.
    """
    return Box(check_count(index, "index", least=0), check_count(class_index, "class_index", least=0))


def nearest_box(box, class_index, boxes, classes, format="xyxy"):
    """Why a detector sees a class at a place: the class's logit of the predicted box nearest to one that is given.

    `S = y_b^c` of the box `b` of each image with the largest generalized intersection over union with the given one:
    the intersection over union, less the share of the smallest box around both that neither of them covers. It tells
    boxes apart that don't overlap with the given one as well, so that there always is a nearest, however far it is.
    Which one it is has no gradient, and is found anew in a changed image: `box` explains the same one throughout.
    Where the boxes of several scales are joined into one output, each image is looked at by default where `box` would
    look for its own box: at the last layer on the way to the scale of that.

        score = kx.scores.nearest_box((40, 30, 90, 80), 2, boxes="boxes", classes="classes")
        kx.GradCAM(detector, score=score)(images)

    Units: those of a logit.

    Args:
        box: Four numbers, in the format and the units of the model's boxes.
        class_index: The class.
        boxes: Index or name of the output of boxes `(N, boxes, 4)`, which the model has decoded already.
        classes: Index or name of the output of class scores `(N, boxes, classes)`.
        format: Of the boxes: `"xyxy"` and `"yxyx"`, two corners; `"xywh"`, a corner and the size; or `"center_xywh"`.

    Returns:
        A `Score` of two outputs, of a model with several; `output=` is left out beside it.

    Raises:
        InputError: If the box is none.
        OptionError: If another argument is outside of what it allows.

    Source: H. Rezatofighi et al., 2019, arXiv:1902.09630, algorithm 1.
    """
    check_choice(format, "format", BOX_FORMATS)
    numbers = as_numbers(box, "box", (4,), finite=True).astype("float32")
    low, high = corners(tf.constant(numbers), format)
    if not bool(tf.reduce_all(low < high)):
        raise InputError(
            f'expected box as four numbers of an area, as format="{format}" has them, received {brief(box)}.'
        )
    class_index = check_count(class_index, "class_index", least=0)
    for name, output in (("boxes=", boxes), ("classes=", classes)):
        if check_chosen(output, name) is None:
            raise OptionError(f"expected {name} as an index or a name, received None.")
    boxes, classes = (output if isinstance(output, str) else int(output) for output in (boxes, classes))
    return NearestBox(tuple(map(float, numbers)), class_index, boxes, classes, format)


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Box(Score):
    """See `box`."""

    key = "box"

    index: int
    class_index: int

    def __call__(self, outputs, target, logits=dense_logits):
        logits = box_logits(self, outputs, logits)
        count = logits.shape[1]
        if count is not None and self.index >= count:
            raise OptionError(f"expected a box from 0 to {count - 1} for {self}, received {self.index}.")
        return entry_of(logits, self.index, self.class_index)

    def title(self, name):
        return f"{name(self.class_index)} in box {self.index}"

    @property
    def named(self):
        return (self.class_index,)


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class NearestBox(Score):
    """See `nearest_box`."""

    key = "nearest_box"
    chooses = True

    box: tuple
    class_index: int
    boxes: int | str
    classes: int | str
    format: str

    @property
    def outputs(self):
        return {"boxes=": self.boxes, "classes=": self.classes}

    def __call__(self, outputs, target, logits=dense_logits):
        boxes, scores = outputs
        logits = box_logits(self, scores, logits)
        if boxes.shape.rank != 3 or boxes.shape[-1] != 4 or not boxes.shape[1:2].is_compatible_with(logits.shape[1:2]):
            raise ModelError(
                f"expected boxes of shape (N, boxes, 4), one for each of the class scores {logits.shape}, for {self}, "
                f"received {boxes.shape}."
            )
        likeness = generalized_iou(tf.cast(boxes, tf.float32), tf.constant(self.box), self.format)
        nearest = tf.argmax(likeness, axis=1, output_type=tf.int32)
        return entry_of(logits, nearest, self.class_index)

    def title(self, name):
        return f"{name(self.class_index)} nearest to {', '.join(f'{number:g}' for number in self.box)}"

    @property
    def named(self):
        return (self.class_index,)


def box_logits(score, outputs, logits):
    """Returns the logits `(N, boxes, classes)` of an output of a detector.

    Raises:
        ModelError: If it is none.
        OptionError: If it has no such class.
    """
    if outputs.shape.rank != 3:
        raise ModelError(
            f"expected an output of class scores (N, boxes, classes) for {score}, received {outputs.shape}; choose "
            "another, or use scores.unit."
        )
    logits = logits(outputs)
    check_classes(score, logits)
    return logits


def corners(boxes, format):
    """Returns the lower and the upper corners of boxes `(..., 4)`, each `(..., 2)`."""
    first, second = boxes[..., :2], boxes[..., 2:]
    if format == "xywh":
        return first, first + second
    if format == "center_xywh":
        return first - second / 2, first + second / 2
    return first, second


def generalized_iou(boxes, box, format):
    """Returns the generalized intersection over union of boxes `(..., 4)` with one `(4,)`, from -1 to 1, `(...)`."""
    (low, high), (own_low, own_high) = corners(boxes, format), corners(box, format)
    shared = _area(tf.maximum(low, own_low), tf.minimum(high, own_high))
    union = _area(low, high) + _area(own_low, own_high) - shared
    around = _area(tf.minimum(low, own_low), tf.maximum(high, own_high))
    return shared / union - (around - union) / around


def _area(low, high):
    return tf.reduce_prod(tf.maximum(high - low, 0.0), axis=-1)
