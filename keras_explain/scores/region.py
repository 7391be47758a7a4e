"""A class's logit over a region of a segmentation."""

import dataclasses

import numpy as np
import tensorflow as tf

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_count
from keras_explain.engine.named_score import Score
from keras_explain.errors import InputError, ModelError, OptionError, brief
from keras_explain.scores.classes import check_classes
from keras_explain.tracing.class_scores import dense_logits

PREDICTED = "predicted"


def region(mask, class_index):
    """Why a segmentation sees a class in a region: the sum of the class's logits over the region's pixels.

    `S = sum_{(i, j) in M} y_ij^c`: the logit `y_ij^c` of class `c` at pixel `ij`, and the set `M` of the region's
    pixels. It is the sum, as in the paper, so that scores of regions beside each other add up, and so do their
    gradients; those of the mean are the same, divided by the number of pixels.

        kx.GradCAM(unet, score=kx.scores.region(mask, 2))(images)

    Units: those of a logit, times pixels.

    Args:
        mask: Bool, or numbers that aren't 0 within the region, of the output's places `(H, W)`, in general
            `(*spatial,)`, for all images. Or `"predicted"`: of each image the places that the model gives this class.
        class_index: The class.

    Returns:
        A `Score` of outputs `(N, *spatial, classes)`; of a single sigmoid channel it counts two classes.

    Raises:
        InputError: If the mask holds no numbers, or is empty.
        OptionError: If the class is no index.

    Source: K. Vinogradova, A. Dibrov and G. Myers, 2020, arXiv:2002.11434, equation 1.
    """
    class_index = check_count(class_index, "class_index", least=0)
    if isinstance(mask, str):
        if mask != PREDICTED:
            raise OptionError(f'expected mask as an array or "{PREDICTED}", received {brief(mask)}.')
        return Region(mask, class_index)
    mask = as_numbers(mask, "mask", finite=True)
    mask = mask[..., 0] if mask.ndim > 2 and mask.shape[-1] == 1 else mask
    mask = np.array(mask, bool)
    if mask.ndim == 0 or not mask.any():
        raise InputError(f"expected a mask of the output's places with a region in it, received {brief(mask)}.")
    mask.flags.writeable = False
    return Region(mask, class_index)


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Region(Score):
    """See `region`."""

    key = "region"

    mask: np.ndarray | str
    class_index: int

    def __call__(self, outputs, target, logits=dense_logits):
        rank = outputs.shape.rank
        if rank is None or rank < 3:
            raise ModelError(
                f"expected an output of shape (N, *spatial, classes) for {self}, received {outputs.shape}; choose one "
                "by output=, or use scores.difference or scores.unit."
            )
        logits = logits(outputs)
        check_classes(self, logits)
        of_class = logits[..., self.class_index]
        places = range(1, rank - 1)
        if isinstance(self.mask, str):
            here = tf.argmax(logits, axis=-1, output_type=tf.int32) == self.class_index
            return tf.reduce_sum(tf.where(here, of_class, 0.0), axis=places)
        if not of_class.shape[1:].is_compatible_with(self.mask.shape):
            raise OptionError(
                f"expected a mask of the output's places {tuple(of_class.shape[1:])}, received one of shape "
                f"{self.mask.shape}; resize it to them by the nearest pixel."
            )
        of_class = tf.ensure_shape(of_class, (None, *self.mask.shape))
        return tf.reduce_sum(tf.boolean_mask(of_class, self.mask, axis=1), axis=1)

    def title(self, name):
        where = "where it is predicted" if isinstance(self.mask, str) else f"in {int(self.mask.sum())} pixels"
        return f"{name(self.class_index)} {where}"

    @property
    def chooses(self):
        return isinstance(self.mask, str)

    @property
    def named(self):
        return (self.class_index,)
