"""The traced function behind the explainers: one forward pass for all that ask the same question."""

import dataclasses
from operator import itemgetter

import keras
import numpy as np
import tensorflow as tf

from keras_explain.engine.batches import in_batches
from keras_explain.engine.forward_pass import Forward
from keras_explain.errors import ModelError
from keras_explain.inputs.datasets import gather, is_dataset
from keras_explain.inputs.images import check_images, check_targets, images_signature, model_signature


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a trace computes for N images.

    Attributes:
        maps: One float32 array of maps an explainer.
        scores: float32 `(N,)`, what was explained.
        targets: int32 `(N,)`, the classes, predicted ones included; -1 if a custom score got none.
        probabilities: float32 `(N, classes)`; None if the model gives none.
    """

    maps: list
    scores: np.ndarray
    targets: np.ndarray
    probabilities: np.ndarray | None = None


class Trace:
    """One traced function that computes the maps of one or several explainers from one forward pass.

    It is traced once, for all batch sizes and classes: at construction if the model knows its inputs, else with the
    first images. It reads the model's live weights.

    Attributes:
        classes: Number of classes of the explained output; None with a custom score, or before it is traced.
        explainers: Those that apply to the model.
        left_out: `{explainer: error}` of those that don't.
    """

    def __init__(self, question, explainers=(), forgiven=()):
        """Traces the explainers together.

        Args:
            question: The `Question` to answer.
            explainers: Traced explainers that ask it; with none, the scores alone are computed.
            forgiven: Kinds of errors for which an explainer is left out, as one that doesn't apply to the model.

        Raises:
            ExplainError: If the model can't be explained, or one of the methods doesn't apply to it.
        """
        self.explainers, self.left_out = list(explainers), {}
        self._explainers, self._forgiven = explainers, tuple(forgiven)
        self._question = question
        self.classes = None
        _check_environment()
        self._signature = model_signature(self._question.model, self._question.input)
        if self._signature is not None:
            self._trace()

    @property
    def question(self):
        """The `Question` that is answered."""
        return self._question

    @property
    def signature(self):
        """The model's `Signature`; None before the first images of a model that doesn't know its inputs."""
        return self._signature

    def _trace(self):
        structure, index = self._signature.structure, self._signature.index
        sources = {source for explainer in self._explainers for source in explainer.sources}
        ruled = any(explainer.ruled for explainer in self._explainers)

        def explain(inputs, targets):
            forward = Forward(self._question, inputs, index, targets, sources, ruled)
            self.classes = forward.head and forward.head.logits.shape[1]
            answer = {"maps": self._attributions(forward), "scores": forward.score, "targets": forward.targets}
            answer["probabilities"] = forward.head and forward.head.probabilities
            return {name: value for name, value in answer.items() if value is not None}

        self._function = self._explaining(explain, structure)
        self._function.get_concrete_function()
        self._explain = explain

    @staticmethod
    def _explaining(explain, structure):
        return tf.function(explain, input_signature=(structure, tf.TensorSpec((None,), tf.int32)), autograph=False)

    def concrete(self, inputs):
        """Returns the concrete function `(inputs, targets) -> answer` for images of one size.

        Args:
            inputs: Arrays of the size, or their `tf.TensorSpec`; one an input of the model.
        """
        sized = [tf.TensorSpec((None, *x.shape[1:]), x.dtype) for x in inputs]
        sized = keras.tree.pack_sequence_as(self._signature.structure, sized)
        known = all(spec.shape[1:].is_fully_defined() for spec in self._signature.specs)
        function = self._function if known else self._explaining(self._explain, sized)
        return function.get_concrete_function()

    def _attributions(self, forward):
        maps, self.explainers, self.left_out = [], [], {}
        for explainer in self._explainers:
            try:
                maps.append(tf.cast(explainer.attribution(forward), tf.float32))
                self.explainers.append(explainer)
            except self._forgiven as error:
                self.left_out[explainer] = error
        return maps

    def check(self, images, target=None):
        """Returns the images as arrays in the model's structure and the targets as int32 `(N,)`.

        Raises:
            InputError: If the images don't fit the model.
            TargetError: If the targets don't fit the images or the classes.
        """
        if is_dataset(images):
            images, _ = gather(images)
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
            An `Answer`.

        Raises:
            InputError: If the images don't fit the model.
            TargetError: If the targets don't fit the images or the classes.
        """
        return self.answer(*self.check(images, target), batch_size)

    def answer(self, images, targets, batch_size=32):
        """Returns the `Answer` to images and targets that `check` returned."""
        return Answer(**in_batches(self._function, images, targets, batch_size))

    def run(self, images, targets):
        """Returns the tensors of an `Answer`, by name, for one batch of checked images and targets."""
        return self._function(keras.tree.map_structure(tf.convert_to_tensor, images), tf.convert_to_tensor(targets))

    def _build(self, images):
        """Lets a model that has never been called make its weights, as its first call by anyone would."""
        signature = images_signature(images, self._question.input)
        images = check_images(images, signature)
        if not self._question.model.built:
            self._question.model(keras.tree.map_structure(itemgetter(slice(1)), images), training=False)
        self._signature = signature
        self._trace()


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
