"""What is logged beside the pictures: raw maps at their own size, what the model answered, numbers; once the images."""

import numpy as np

from keras_explain.callbacks.found import answers_in, measures_in, own_maps_in
from keras_explain.inputs.labels import captions, single_classes
from keras_explain.training_log.inputs_record import Inputs, pictured
from keras_explain.training_log.step_record import step_blobs
from keras_explain.training_log.tags import INPUTS, STEP
from keras_explain.visual.text import legible

_NAME = 200  # Letters of a name.


class Raw:
    """Makes the raw data of fixed images at a step.

    Attributes:
        once: `{tag: list of bytes}` of the images, which the steps tell nothing of.
    """

    def __init__(self, name, pictures, joint, labels, class_names, by_epoch):
        """Makes what is told once.

        Args:
            name: First part of the tags.
            pictures: uint8 `(H, W, 3)` of each image, `(T, H, W, 3)` of each clip.
            joint: The `Joint` of the methods.
            labels: What each image truly shows, see `check_labels`, or None.
            class_names: List of the classes' names.
            by_epoch: Whether a step is an epoch.
        """
        methods = {
            key: {"title": legible(joint.titles[key], _NAME), "layer": _layer(one), **joint.looks[key]}
            for key, one in joint.explainers.items()
        }
        frames = len(pictures[0]) if pictures[0].ndim == 4 else 1
        pictures, self._id = pictured(pictures)
        told = captions(labels, class_names)
        inputs = Inputs(
            id=self._id,
            pictures=pictures,
            frames=frames,
            captions=None if told is None else [legible(text, _NAME) for text in told],
            labels=[None if label < 0 else int(label) for label in single_classes(labels, len(pictures))],
            class_names=[legible(each, _NAME) for each in class_names],
            methods=methods,
            by_epoch=by_epoch,
        )
        self._tag, self.once = name + STEP, {name + INPUTS: inputs.blobs()}

    def of(self, found):
        """Returns `{tag: list of bytes}` of what was found at a step."""
        numbers = {
            name: each.astype(np.int32 if each.dtype.kind == "i" else np.float32)
            for name, each in (answers_in(found) | measures_in(found)).items()
        }
        return {self._tag: step_blobs(self._id, own_maps_in(found), numbers)}


def _layer(explainer):
    """Returns the path of the layer that is looked at, None if an explainer tells none."""
    layer = getattr(explainer, "layer", None)
    return legible(layer, _NAME) if isinstance(layer, str) else None
