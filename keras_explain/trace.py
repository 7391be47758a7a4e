"""The traced function behind the explainers: one forward pass for all that ask the same question."""

from functools import partial

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
            maps = [tf.cast(explainer.attribution(forward), tf.float32) for explainer in self._explainers]
            probabilities = forward.head and forward.head.probabilities
            return maps, [] if probabilities is None else [probabilities]

        targets = tf.TensorSpec((None,), tf.int32)
        self._function = tf.function(explain, input_signature=(structure, targets), autograph=False)
        self._function.get_concrete_function()

    def check(self, images, target=None):
        """Returns the images as arrays in the model's structure and the targets as int32 `(N,)`.

        Raises:
            InputError: If the images don't fit the model.
            TargetError: If the targets don't fit the images or the classes.
        """
        if self._signature is None:
            self._build(images)
        images = check_images(images, self._signature)
        return images, check_targets(target, len(keras.tree.flatten(images)[0]), self.classes)

    def __call__(self, images, target=None, batch_size=32):
        """Explains images, `batch_size` of them in memory at a time.

        Args:
            images: What the model takes, N of each.
            target: See `inputs.check_targets`.
            batch_size: Number of images in memory at a time.

        Returns:
            A list of float32 arrays of maps, one an explainer; and the class probabilities `(N, classes)`, or None if
            the model gives none.

        Raises:
            InputError: If the images don't fit the model.
            TargetError: If the targets don't fit the images or the classes.
        """
        images, targets = self.check(images, target)
        whole = None
        for start in range(0, len(targets), batch_size):
            batch = slice(start, start + batch_size)
            parts = self._function(_to_tensors(images, batch), tf.convert_to_tensor(targets[batch]))
            if whole is None:
                whole = tf.nest.map_structure(lambda part: np.empty((len(targets), *part.shape[1:]), np.float32), parts)
            tf.nest.map_structure(partial(_fill, batch), whole, parts)
        maps, probabilities = whole
        return maps, probabilities[0] if probabilities else None

    def _build(self, images):
        """Lets a model that has never been called make its weights, as its first call by anyone would."""
        signature = images_signature(images, self._question.input)
        images = check_images(images, signature)
        if not self._question.model.built:
            self._question.model(_to_tensors(images, slice(1)), training=False)
        self._signature = signature
        self._trace()


def _fill(batch, whole, part):
    whole[batch] = part.numpy()


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
