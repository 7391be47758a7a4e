"""What an explainer is, and the base class of those that run as one traced function."""

import warnings
from typing import Protocol

import numpy as np

from keras_explain.engine.compiled import Trace
from keras_explain.engine.request import Question
from keras_explain.errors import ExplainWarning, check_count

_SATURATED = 0.9999


class Explainer(Protocol):
    """All that callbacks and reports ask of a method.

    Attributes:
        key: The method's key, `"grad_cam"`.
    """

    key: str

    def __call__(self, images, target=None):
        """Returns the maps as float32 array `(N, *spatial, C)`: raw values, never normalized."""


class TracedExplainer:
    """Base class of the explainers that need one forward pass; a method overrides `attribution`.

    What the model is asked is fixed at construction, images and targets come with the call, so that one explainer is
    one traced function. The model is used as it stands, with its live weights, at inference.

    Attributes:
        key: The method's key.
        sources: What the method takes gradients at: `"images"`, a `forward.Tap`, or nothing.
        ruled: Whether it asks for a gradient that follows a ReLU rule.
        blank: What a map that is zero everywhere means, and what to do.
        signed: Whether a picture of its maps should show negative values in colors of their own.
    """

    key = None
    sources = ()
    ruled = False
    blank = "the score has no slope there, as where all ReLUs are closed; try another target or image."
    _diagnosed = False
    signed = False
    _waits = False

    def __init__(self, model, *, score="logit", input=None, output=None, batch_size=32):
        """Checks the options and traces the model.

        Args:
            model: A Keras model of any form.
            score: What is explained: `"logit"`, the value before softmax or sigmoid; `"probability"`; or a function
                `(outputs, target) -> (N,)` on symbolic tensors, where the target is -1 if none is given.
            input: Index or name of the input to explain, of several.
            output: Index or name of the output to explain, of several.
            batch_size: Number of images in memory at a time.

        Raises:
            OptionError: If an option is outside of what it allows.
            ExplainError: If the model can't be explained by this method.
        """
        self.question = Question(model, score, input, output)
        self.batch_size = check_count(batch_size, "batch_size")
        self._trace = None if self._waits else Trace(self.question, [self])

    @classmethod
    def waiting(cls, *arguments, **options):
        """Returns an explainer that is not traced yet: to be traced with others, in one `Trace`."""
        explainer = cls.__new__(cls)
        explainer._waits = True
        explainer.__init__(*arguments, **options)
        return explainer

    def __call__(self, images, target=None):
        """Explains the score of one class an image.

        Args:
            images: `(N, *spatial, C)` as the model takes them, N of any size; or the structure of all its inputs.
            target: None for each image's predicted class, an int, or one int an image; tf-keras-vis's
                `CategoricalScore` and `BinaryScore` as well.

        Returns:
            float32 array of N raw maps, in the units of the method's formula.

        Raises:
            InputError: If the images don't fit the model.
            TargetError: If the targets don't fit the images or the classes.
        """
        answer = self._trace(images, target, self.batch_size)
        reason = None if self._diagnosed else self.diagnose(answer.maps[0], answer)
        if reason:
            self._diagnosed = True
            warnings.warn(reason, ExplainWarning, stacklevel=2)
        return answer.maps[0]

    def diagnose(self, maps, answer):
        """Returns why maps say little and what to do, in a sentence that is warned of once; None if they are fine."""
        blank = [] if np.size(maps) == 0 else np.flatnonzero(~(maps != 0).any(axis=tuple(range(1, maps.ndim))))
        saturated = np.sum(answer.scores > _SATURATED)
        if self.question.score == "probability" and saturated:
            return (
                f"the probability is above {_SATURATED} for {saturated} of {len(maps)} images, "
                'where softmax and sigmoid are flat and gradients vanish; use score="logit".'
            )
        if len(blank):
            return f"the map of image {blank[0]} is zero everywhere ({len(blank)} of {len(maps)} images): {self.blank}"
        return None

    def attribution(self, forward):
        """Returns the symbolic maps `(N, *spatial, C)`.

        Args:
            forward: The recorded `Forward` pass.
        """
        raise NotImplementedError
