"""The traced function behind the explainers: one forward pass for all that ask the same question."""

import keras
import numpy as np
import tensorflow as tf

from keras_explain.errors import ModelError
from keras_explain.forward import Forward
from keras_explain.inputs import check_images, check_targets, images_signature, model_signature


class Trace:
    """One traced function that computes the maps of one or several explainers from one forward pass.

    It is traced once, for all batch sizes and classes: at construction if the model knows its inputs, else with the
    first images. It reads the model's live weights.

    Attributes:
        classes: Number of classes of the explained output; None with a custom score, or before it is traced.
    """

    def __init__(self, explainers):
        """Traces the explainers together.

        Args:
            explainers: Traced explainers with equal `question`.

        Raises:
            ExplainError: If the model can't be explained, or one of the methods doesn't apply to it.
        """
        self._explainers = explainers
        self._question = explainers[0].question
        self.classes = None
        _check_environment()
        self._signature = model_signature(self._question.model, self._question.input)
        if self._signature is not None:
            self._trace()

    def _trace(self):
        structure, index = self._signature.structure, self._signature.index
        sources = {source for explainer in self._explainers for source in explainer.sources}

        def explain(inputs, targets):
            forward = Forward(self._question, inputs, index, targets, sources)
            self.classes = forward.head and forward.head.logits.shape[1]
            return [tf.cast(explainer.attribution(forward), tf.float32) for explainer in self._explainers]

        targets = tf.TensorSpec((None,), tf.int32)
        self._function = tf.function(explain, input_signature=(structure, targets), autograph=False)
        self._function.get_concrete_function()

    def __call__(self, images, target=None, batch_size=32):
        """Returns one float32 array of maps an explainer.

        Args:
            images: What the model takes, N of each.
            target: See `inputs.check_targets`.
            batch_size: Number of images that are in memory at a time.

        Raises:
            InputError: If the images don't fit the model.
            TargetError: If the targets don't fit the images or the classes.
        """
        if self._signature is None:
            self._build(images)
        images = check_images(images, self._signature)
        count = len(keras.tree.flatten(images)[0])
        targets = check_targets(target, count, self.classes)
        maps = None
        for start in range(0, count, batch_size):
            batch = slice(start, start + batch_size)
            parts = self._function(_to_tensors(images, batch), tf.convert_to_tensor(targets[batch]))
            if maps is None:
                maps = [np.empty((count, *part.shape[1:]), np.float32) for part in parts]
            for whole, part in zip(maps, parts):
                whole[batch] = part.numpy()
        return maps

    def _build(self, images):
        """Lets a model that has never been called make its weights, as its first call by anyone would."""
        signature = images_signature(images, self._question.input)
        images = check_images(images, signature)
        if not self._question.model.built:
            self._question.model(_to_tensors(images, slice(1)), training=False)
        self._signature = signature
        self._trace()


def _to_tensors(arrays, batch):
    return keras.tree.map_structure(lambda array: tf.convert_to_tensor(array[batch]), arrays)


def _check_environment():
    if keras.config.backend() != "tensorflow":
        raise ModelError(
            f"expected Keras on TensorFlow, received the backend '{keras.config.backend()}'; "
            "set KERAS_BACKEND=tensorflow before keras is imported."
        )
    if tf.config.functions_run_eagerly():
        raise ModelError(
            "expected graph mode, received tf.config.run_functions_eagerly(True): eager tensors don't tell how they "
            "were computed; switch it off, or set run_eagerly=True in model.compile instead."
        )
